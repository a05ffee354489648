from modules.papers.conftest import opened as opened
