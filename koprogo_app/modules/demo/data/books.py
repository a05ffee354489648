"""What the books of French-speaking demonstration buildings have in common: their sentences, and how suppliers are numbered."""

from ..plans import Supplied
from ..rules import kbo

FRENCH = {
    "opening": "Reprise des soldes au {day}",
    "call": "Appel de provisions {year}",
    "ordinary": "Provisions pour charges courantes",
    "reserve": "Fonds de réserve",
    "special": "Étude de la rénovation de la façade",
    "draft": "Façade : première tranche du fonds spécial",
    "receipts": "Extrait bancaire : paiements des copropriétaires",
    "charges": "Frais bancaires",
    "interest": "Intérêts {year} du compte de réserve",
    "transfer": "Part des provisions due au fonds de réserve",
    "withdrawal": "Assemblée générale de {year}, décision 3 : dépense à charge du fonds de réserve",
    "budget": "Assemblée générale du {day}, décision 2 : budget {year} approuvé à la majorité absolue",
    "decision": "Assemblée générale du {day}, décision 1 : comptes {year} approuvés à la majorité absolue",
    "waiver": "Décision 4 : pas de contribution au fonds de réserve cette année, les travaux prévus étant payés.",
    "water key": "Eau froide {year}",
    "binder": "Factures d’entrée {year}",
    "binder text": "Les factures de l’exercice, numérisées dans l’ordre du journal des achats.",
}


def supplied(serial: int, *named: tuple[str, str, str, str]) -> list[Supplied]:
    """Suppliers (key, name, postcode, town) with enterprise numbers from `serial` on."""
    return [
        Supplied(key, name, kbo(serial + n), postal_code=postal_code, city=city)
        for n, (key, name, postal_code, city) in enumerate(named)
    ]
