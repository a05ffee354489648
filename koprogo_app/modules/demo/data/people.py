"""Invented people, in the languages of the country."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from ..rules import REFERENCE, Person, day_between, iban, phone

FIRST = {
    "fr": "Alain Anne Bernadette Camille Cédric Chantal Daniel Émilie Françoise Gérard Hélène Isabelle Julien "
    "Laurence Luc Manon Mehdi Michel Nadia Nicolas Olivier Paul Philippe Sarah Thierry Véronique Yves",
    "nl": "An Bart Bram Dirk Els Femke Geert Greet Hilde Ilse Jan Jeroen Katrien Koen Lies Luc Marleen Peter Sofie "
    "Stijn Tom Veerle Wim",
    "de": "Anja Bernd Christa Dieter Elke Frank Gabriele Heinz Ingrid Jörg Karin Marco Petra Ralf Sabine Uwe",
    "en": "Aoife Brian Fiona George Helen Niamh Oliver Sean",
}
LAST = {
    "fr": "André Baeten Bodart Carlier Collignon Delcourt Delvigne Dubois Evrard Fontaine Gérard Gillain Hardy Henrard "
    "Jacquemin Lacroix Lambert Leclercq Legrand Lejeune Marchal Mercier Noël Pirard Poncelet Rousseau Servais Simonis "
    "Thiry Toussaint Urbain Wauters Wéry Zanella",
    "nl": "Aerts|Baert|Claes|Coppens|De Backer|De Graeve|De Smet|De Wolf|Goossens|Hermans|Lauwers|Maes|Mertens|Pauwels|"
    "Segers|Smets|Van Damme|Van den Broeck|Van Hove|Verhaegen|Vermeulen|Willems|Wouters",
    "de": "Bongartz|Cremer|Esser|Fickers|Heinen|Jousten|Kessler|Klinkenberg|Lenz|Mertes|Pauels|Radermacher|Schmitz|"
    "Thomas|Wertz|Zimmermann",
    "en": "Byrne|Carter|Doyle|Fletcher|Hughes|Kavanagh|Murphy|Walsh",
}
ELSEWHERE = {
    "fr": [
        ("Rue du Long Courtil 14", "4000", "Liège"), ("Avenue du Grand Verger 7", "1348", "Ottignies-Louvain-la-Neuve"),
        ("Chaussée des Trois Moulins 212", "5000", "Namur"), ("Rue du Vieux Puits 33", "7000", "Mons"),
        ("Clos des Noisetiers 5", "1180", "Uccle"), ("Avenue de la Source Claire 88", "1410", "Waterloo"),
    ],
    "nl": [
        ("Kersenboomdreef 12", "1700", "Dilbeek"), ("Oude Molenweg 45", "9050", "Gent"), ("Zilverspar 3", "3000",
        "Leuven"),
        ("Kapelaanstraatje 27", "8000", "Brugge"), ("Wilgenpad 9", "2018", "Antwerpen"),
    ],
    "de": [("Am Lindenhang 4", "4700", "Eupen"), ("Mühlenpfad 18", "4780", "Sankt Vith"), ("Birkenweg 2", "4730",
    "Raeren")],
    "en": [("Clos des Noisetiers 11", "1180", "Uccle"), ("Avenue du Grand Verger 60", "1200", "Woluwe-Saint-Lambert")],
}  # fmt: skip
PROOF = {
    "fr": "Formulaire signé, reçu à l’assemblée du {day}",
    "nl": "Ondertekend formulier, ontvangen op de vergadering van {day}",
    "de": "Unterschriebenes Formular, erhalten in der Versammlung vom {day}",
    "en": "Signed form, received at the meeting of {day}",
}
FIRST_CONSENT = date(2019, 1, 7)  # the first working week of the reform of 18 June 2018


def names(text: str) -> list[str]:
    """The names of a table: separated by bars when they are of several words."""
    return text.split("|") if "|" in text else text.split()


def plain(text: str) -> str:
    """`Van den Broeck` -> vandenbroeck: for addresses."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isascii() and c.isalnum())


def consenting(person: Person, day: date) -> Person:
    """The same person having accepted to be convened by e-mail (art. 3.87 §3)."""
    proof = PROOF[person.language].format(day=f"{day:%d/%m/%Y}")
    return replace(person, email_consent_on=day, email_consent_proof=proof)


def crowd(
    dice: Random, prefix: str, count: int, languages: Mapping[str, int], home: tuple[str, str, str], *, serial: int
) -> list[Person]:
    """`count` different people, keys prefix1,
    prefix2… Every fifth has no e-mail; six in ten of the others consent to it.

    `languages`: weights. `home`: street,
    postcode and town where two in three live. `serial`: sets telephone and account
    numbers of one crowd apart from those of another.
    """
    seen: set[tuple[str, str]] = set()
    made: list[Person] = []
    while len(made) < count:
        language = dice.choices(list(languages), list(languages.values()))[0]
        first, last = dice.choice(names(FIRST[language])), dice.choice(names(LAST[language]))
        if (first, last) not in seen:
            seen.add((first, last))
            made.append(_person(dice, f"{prefix}{len(made) + 1}", first, last, language, home, serial + len(made)))
    return made


def _person(dice: Random, key: str, first: str, last: str, language: str, home: Sequence[str], serial: int) -> Person:
    address, postal_code, city = home if dice.random() < 2 / 3 else dice.choice(ELSEWHERE[language])
    person = Person(
        key, last, first, language=language, phone=phone(serial), address=address, postal_code=postal_code, city=city,
        iban=iban(serial) if serial % 3 == 0 else None,
    )  # fmt: skip
    if serial % 5 == 4:  # the elderly: registered letters
        return person
    person = replace(person, email=f"{plain(first)}.{plain(last)}.{key}@example.org")
    since = day_between(dice, FIRST_CONSENT, REFERENCE - timedelta(60))
    return consenting(person, since) if dice.random() < 0.6 else person
