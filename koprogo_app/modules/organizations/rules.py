"""The address-like name of an organisation. Pure."""

import re
import unicodedata

from koprogo_app.core.errors import Invalid

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug_of(name: str) -> str:
    """`Cabinet Dupré & Fils` is `cabinet-dupre-fils`; never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "organization"


def check_slug(slug: str) -> str:
    """The slug; Invalid when it is not lower-case letters, digits and single hyphens."""
    if not _SLUG.fullmatch(slug):
        raise Invalid("Use lower-case letters, digits and hyphens.", field="slug")
    return slug
