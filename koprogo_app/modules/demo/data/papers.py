"""Short papers of a co-ownership in the language of its building: the texts that end up in the vault as PDF."""

from collections.abc import Mapping
from datetime import date

from ..rules import Paper

KINDS = {  # category: who sees it, how long it is kept
    "deed": ("owners", "permanent"),
    "regulation": ("occupants", "permanent"),
    "meeting_minutes": ("owners", "permanent"),
    "insurance": ("owners", "ten_years"),
    "contract": ("council", "ten_years"),
}
# Papers are separated by ===, their paragraphs by an empty line; the first line is the category, the next the title.
FRENCH = """
deed
Acte de base, texte coordonné – {name}

L’immeuble « {name} », situé à {city}, est soumis au régime de la copropriété forcée (art. 3.84 et suivants du
Code civil).

Chaque lot comprend une partie privative et les quotités des parties communes indiquées au tableau annexé. Le total
des quotités fait l’unité de l’acte ; aucune quotité n’appartient à l’association elle-même.

Les charges se répartissent selon la valeur de chaque lot, sauf celles que l’acte met à charge de certains lots
selon l’utilité (art. 3.81).
===
regulation
Règlement d’ordre intérieur – {name}

Silence entre 22 h et 7 h. Les travaux bruyants se font les jours ouvrables de 8 h à 18 h et sont annoncés au syndic.

Les vélos se rangent dans le local prévu. Rien n’est entreposé dans les couloirs ni devant les compteurs.

Les chiens et les chats sont admis s’ils ne gênent personne. Les chiens sont tenus en laisse dans les parties communes.

L’assemblée générale ordinaire se tient chaque année dans la période de quinze jours fixée par le présent règlement
(art. 3.85 §3, 3°).
===
meeting_minutes
Procès-verbal de l’assemblée générale ordinaire – {name}

Le double quorum est atteint ; l’assemblée délibère valablement (art. 3.87 §5).

Décision 1 : les comptes de l’exercice précédent sont approuvés à la majorité absolue. Décision 2 : décharge est
donnée au syndic et au commissaire aux comptes.

Décision 3 : la rénovation des portes coupe-feu est votée à la majorité des deux tiers ; trois devis seront demandés.

Décision 4 : le fonds de réserve reçoit 5 % des charges communes ordinaires de l’exercice précédent.
===
insurance
Police d’assurance incendie – {name}

Assureur fictif de la démonstration. Bâtiment assuré en valeur à neuf, abandon de recours contre les occupants.

Franchise légale indexée. Tout sinistre se déclare au syndic dans les huit jours, avec photos.
===
contract
Contrat de syndic – {name}

Le mandat dure trois ans au plus et se renouvelle par décision expresse de l’assemblée (art. 3.89 §1).

Les prestations comprises et les prestations supplémentaires, avec leur prix, figurent à la liste annexée.
"""
DUTCH = """
deed
Basisakte, gecoördineerde tekst – {name}

Het gebouw “{name}” in {city} valt onder de gedwongen mede-eigendom (art. 3.84 en volgende van het Burgerlijk
Wetboek).

Elke kavel bestaat uit een privatief deel en de aandelen in de gemene delen die in de bijgevoegde tabel staan. Samen
vormen de aandelen het geheel van de akte.

De lasten worden verdeeld volgens de waarde van elke kavel, behalve die van de lift: het gelijkvloers is vrijgesteld
(art. 3.81).
===
regulation
Reglement van interne orde – {name}

Stilte tussen 22 en 7 uur. Lawaaierige werken gebeuren op werkdagen van 8 tot 18 uur en worden aan de syndicus gemeld.

Fietsen staan in de fietsenberging. In de gangen en voor de tellers wordt niets achtergelaten.

Honden en katten zijn toegelaten als ze niemand hinderen. Honden worden in de gemene delen aan de leiband gehouden.

De gewone algemene vergadering vindt elk jaar plaats in de periode van vijftien dagen die dit reglement bepaalt
(art. 3.85 §3, 3°).
===
meeting_minutes
Notulen van de gewone algemene vergadering – {name}

Het dubbele quorum is bereikt; de vergadering beraadslaagt geldig (art. 3.87 §5).

Beslissing 1: de rekeningen van het vorige boekjaar worden met volstrekte meerderheid goedgekeurd. Beslissing 2:
kwijting wordt verleend aan de syndicus en de commissaris van de rekeningen.

Beslissing 3: het dak wordt geïsoleerd, met een meerderheid van twee derde; de syndicus vraagt drie offertes.
===
insurance
Brandverzekeringspolis – {name}

Fictieve verzekeraar van de demonstratie. Gebouw verzekerd tegen nieuwwaarde, afstand van verhaal tegen de bewoners.

Wettelijke, geïndexeerde vrijstelling. Elke schade wordt binnen acht dagen met foto’s aan de syndicus gemeld.
"""
GERMAN = """
deed
Basisakte, koordinierte Fassung – {name}

Das Gebäude „{name}“ in {city} unterliegt dem Zwangsmiteigentum (Art. 3.84 ff. des Zivilgesetzbuches).

Jedes Los besteht aus einem Privatteil und den Anteilen an den Gemeinschaftsteilen gemäß der beigefügten Tabelle.
Zusammen bilden die Anteile das Ganze der Akte.

Die Lasten werden nach dem Wert jedes Loses verteilt, außer beim Aufzug: Das Erdgeschoss ist befreit (Art. 3.81).
===
regulation
Hausordnung – {name}

Ruhe zwischen 22 und 7 Uhr. Lärmende Arbeiten finden werktags von 8 bis 18 Uhr statt und werden dem Syndikus gemeldet.

Fahrräder gehören in den Fahrradraum. In den Fluren und vor den Zählern wird nichts abgestellt.

Hunde und Katzen sind erlaubt, wenn sie niemanden stören. Hunde werden in den gemeinschaftlichen Teilen angeleint.

Die ordentliche Generalversammlung findet jedes Jahr in dem Zeitraum von fünfzehn Tagen statt, den diese Ordnung
festlegt (Art. 3.85 §3 Nr. 3).
===
meeting_minutes
Protokoll der ordentlichen Generalversammlung – {name}

Das doppelte Quorum ist erreicht; die Versammlung ist beschlussfähig (Art. 3.87 §5).

Beschluss 1: Der Abschluss des vorigen Geschäftsjahres wird mit absoluter Mehrheit genehmigt. Beschluss 2: Dem Syndikus
wird Entlastung erteilt.

Beschluss 3: Ladestationen werden mit einer Mehrheit von zwei Dritteln beschlossen.
===
insurance
Feuerversicherungspolice – {name}

Fiktiver Versicherer der Vorführung. Gebäude zum Neuwert versichert, Regressverzicht gegenüber den Bewohnern.

Gesetzliche, indexierte Selbstbeteiligung. Jeder Schaden wird dem Syndikus binnen acht Tagen mit Fotos gemeldet.
"""


def written(text: str, name: str, city: str, dates: Mapping[str, date]) -> list[Paper]:
    """Those papers of a text that have a date, by category."""
    sections = (section.strip().partition("\n") for section in text.split("==="))
    bodies = {category: body.format(name=name, city=city) for category, _, body in sections}
    return [_paper(category, day, bodies[category]) for category, day in dates.items()]


def _paper(category: str, day: date, body: str) -> Paper:
    visibility, retention = KINDS[category]
    paragraphs = [" ".join(paragraph.split()) for paragraph in body.split("\n\n")]
    return Paper(category, paragraphs[0], visibility, retention, day, paragraphs)
