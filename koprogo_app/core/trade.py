"""Words of the trade shared by several modules."""

from enum import StrEnum


class LotType(StrEnum):
    APARTMENT = "apartment"
    PARKING = "parking"
    CELLAR = "cellar"
    COMMERCIAL = "commercial"
    OTHER = "other"


class Right(StrEnum):
    """Real rights on a lot (Civil Code, art. 3.87 §1): all but FULL held alone need one representative to vote."""

    FULL = "full"
    BARE = "bare"
    USUFRUCT = "usufruct"
    UNDIVIDED = "undivided"
    EMPHYTEUSIS = "emphyteusis"
    SUPERFICIES = "superficies"
    USE = "use"
    HABITATION = "habitation"
