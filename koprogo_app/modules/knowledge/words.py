"""The words of kinds, regions and degrees of certainty; as msgids."""

from collections.abc import Mapping
from typing import Literal

from koprogo_app.core.i18n import N_

KINDS: Mapping[str, str] = {
    "law": N_("Law"),
    "decree": N_("Royal decree"),
    "region": N_("Regional rule"),
    "gdpr": N_("Data protection"),
    "howto": N_("How to"),
    "faq": N_("Frequent question"),
    "guide": N_("User guide"),
    "text": N_("Added text"),
    "outside": N_("Not covered"),
}
REGIONS: Mapping[str, str] = {
    "BE": N_("Belgium"),
    "BXL": N_("Brussels"),
    "WAL": N_("Wallonia"),
    "VLG": N_("Flanders"),
    "DG": N_("German-speaking Community"),
}
# The degrees of the fact sheet, as three.
SURE: Mapping[str, tuple[str, ...]] = {
    "high": ("HIGH", "HIGH*"),
    "medium": ("MED-HIGH", "MED"),
    "low": ("LOW-MED", "LOW"),
}
CERTAINTY: Mapping[str, str] = {
    "high": N_("Confirmed"),
    "medium": N_("Rests on one source"),
    "low": N_("Not confirmed"),
}
CUT: Mapping[str, str] = {
    "articles": N_("Cut by its articles"),
    "paragraphs": N_("Cut by its paragraphs"),
    "headings": N_("Cut by its headings"),
    "pages": N_("Cut by its pages: no numbered article was recognised"),
    "whole": N_("Neither articles nor headings were recognised: cut by its length"),
}


def certainty(confidence: str) -> Literal["high", "medium", "low"]:
    """The degree of an article as one of three."""
    return "high" if confidence in SURE["high"] else "medium" if confidence in SURE["medium"] else "low"
