"""t("English sentence"): a page text that follows the reader's language at once, without a request.

The four texts travel in the page as `({"fr": …, "nl": …, "de": …, "en": …})[loc_]`; `loc_` comes from a small store in
the browser (i18n_plugin.py). Inside `use_locale(…)` (public pages, one route per language) t() is plain text instead.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import reflex as rx
from reflex.state import OnLoadInternalState
from reflex.utils.imports import ImportVar
from reflex.vars import VarData

from koprogo_app.core.i18n import DEFAULT, LOCALES, catalog, known

from .event import PUBLIC, event

Text = str | rx.Var[str]

_compile_locale: ContextVar[str | None] = ContextVar("compile_locale", default=None)
_STORE = VarData(
    hooks={"const loc_ = useLocale();": None},
    imports={"$/utils/i18n": [ImportVar(tag="useLocale")]},
)
LOCALE = rx.Var("loc_", _var_type=str, _var_data=_STORE).to(str)
"""The reader's language, as the browser knows it: fr, nl, de or en."""


@contextlib.contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Compile what is built inside in one language."""
    token = _compile_locale.set(locale)
    try:
        yield
    finally:
        _compile_locale.reset(token)


def by_locale(texts: Mapping[str, str]) -> Text:
    """One of four values, by the reader's language; a missing language takes the default one."""
    values = {locale: texts.get(locale, texts[DEFAULT]) for locale in LOCALES}
    if (locale := _compile_locale.get()) is not None:
        return values[locale]
    if len(set(values.values())) == 1:
        return rx.Var.create(values[DEFAULT])
    return rx.Var(f"{rx.Var.create(values)!s}[loc_]", _var_type=str, _var_data=_STORE).to(str)


def t(msgid: str, **params: object) -> Text:
    """The text of `msgid` for its reader.

    `{named}` placeholders take Vars or plain values: t("{n} lots", n=State.total).
    """
    text = by_locale({locale: catalog(locale).get(msgid, msgid) for locale in LOCALES})
    if not params:
        return text
    var: Any = rx.Var.create(text)
    for name, value in params.items():
        var = var.replace("{" + name + "}", _worded(value))
    return var


def plural(one: Text, many: Text, n: rx.Var[int]) -> Text:
    """plural(t("1 lot"), t("{n} lots", n=figure(n)), n): two whole sentences, never a sentence made of pieces."""
    chosen: Any = rx.cond(n == 1, one, many)
    return chosen


def figure(n: rx.Var[int]) -> Text:
    """A whole number with its digit groups, as Belgium writes them: 10 000 in French, 10.000 in the others.

    The web subset of Inter has no U+202F, hence U+00A0 between groups.
    """
    js = f"new Intl.NumberFormat(loc_ + '-BE').format({n!s}).replaceAll('\\u202f', '\\u00a0')"
    return rx.Var(js, _var_type=str, _var_data=VarData.merge(_STORE, n._get_all_var_data())).to(str)


def today() -> Text:
    """The day of the reader's device: for the foot of printed pages only."""
    js = "new Date().toLocaleDateString(loc_ + '-BE', {day: '2-digit', month: '2-digit', year: 'numeric'})"
    return rx.Var(js, _var_type=str, _var_data=_STORE).to(str)


def _worded(value: object) -> Text:
    if not isinstance(value, rx.Var):
        return str(value)
    return value.to(str) if value._var_type is str else value.to_string()


class LocaleState(rx.State):
    """What the server knows of the reader's language: toasts, papers, worded rows. A cookie: it protects nothing."""

    locale: str = rx.Cookie(DEFAULT, name="locale", path="/", max_age=31_536_000, same_site="lax")

    @event(PUBLIC)
    async def choose(self, value: str):
        self.locale = known(value)
        return OnLoadInternalState.on_load_internal  # words the rows of this page again


def choose_locale(value: Text) -> list[rx.event.EventSpec]:
    """The events of a language switcher: first every text in the browser, then the rows worded by the server."""
    return [rx.run_script(rx.Var(f"window.__setLocale({rx.Var.create(value)!s})")), LocaleState.choose(value)]
