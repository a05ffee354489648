"""The buildings, people and papers of the demonstration."""
