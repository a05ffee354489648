"""How the language model's endpoint is, for /health and the platform's administrator."""

from koprogo_app.core.config import settings
from koprogo_app.core.i18n import N_
from koprogo_app.modules.knowledge import ladder
from koprogo_app.modules.writing import breaker


def writer() -> ladder.Writer:
    """The configured model; not well while its breaker keeps it apart after failures in a row."""
    standing = breaker.standing()
    if standing is None:
        return ladder.configured()
    if standing.state == "closed":
        return ladder.Writer(settings().llm_model, True)
    return ladder.Writer(
        settings().llm_model, False, N_("It failed several times in a row and is left alone for a minute.")
    )
