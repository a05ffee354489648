"""Pages of docs/ that are made from the code: `koprogo docs` writes them; with `--check` it names the stale ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from koprogo_app.core.config import ROOT, Settings

CONFIGURATION = """\
# Configuration

Made from `koprogo_app/core/config.py` by `make docs`: change it there.

Variables of the environment, or lines `NAME=value` of a file `.env` beside this source. The environment wins. In
production the start is refused on a weak secret, on an address without TLS, and on open registration.

| Variable | Values | Default | Meaning |
|---|---|---|---|
"""


def configuration() -> str:
    """docs/dev/configuration.md."""
    return CONFIGURATION + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    first, *others = _variables(name, field)
    also = f" Also read from {', '.join(f'`{other}`' for other in others)}." if others else ""
    cells = (f"`{first}`", _values(field.annotation), _default(field.default), f"{field.description}{also}")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _variables(name: str, field: FieldInfo) -> list[str]:
    if isinstance(field.validation_alias, AliasChoices):
        return [str(alias) for alias in field.validation_alias.choices]
    return [f"{Settings.model_config.get('env_prefix', '')}{name}".upper()]


def _values(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    kinds = {bool: "`true`, `false`", int: "number", Path: "folder"}
    return next((word for kind, word in kinds.items() if kind is annotation or kind in get_args(annotation)), "text")


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        value = value.relative_to(ROOT)
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if value not in ("", None) else "—"


PAGES: dict[str, Callable[[], str]] = {"docs/dev/configuration.md": configuration}


def stale() -> Iterator[tuple[Path, str]]:
    """(file, the text it should have) of each page that the code has outrun."""
    for name, make in PAGES.items():
        path, text = ROOT / name, make()
        if not path.exists() or path.read_text() != text:
            yield path, text
