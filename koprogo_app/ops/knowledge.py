"""What the start and `koprogo knowledge` do: entries loaded, vectors computed. Lines to show, in English."""

from collections.abc import Iterator

from koprogo_app.modules.knowledge import loading
from koprogo_app.modules.knowledge.rules import Malformed


def load() -> str:
    """Loads the entries of this release unless they are there: what to say of it. RuntimeError for a file that is no entry."""
    try:
        count = loading.bring()
    except Malformed as error:
        raise RuntimeError(f"{error}. See koprogo knowledge check.") from error
    return f"{count} entries loaded… " if count else ""


def fill() -> Iterator[str]:
    """Computes the vectors that are missing, batch by batch."""
    count = 0
    for more in loading.filled(wait=True):
        count += more
        yield f"Vectors computed: {count}"
    yield "Every vector is there."


def embed() -> Iterator[str]:
    """Brings the shipped vectors to the entries."""
    for model, count in loading.write_vectors():
        yield f"{model}: {count} computed."
