"""The books, in each language: opened, an account added, an entry refused and posted, reversed, read, locked; then on a telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.test_import_journey import LANGUAGES, shot
from e2e.visitor import sign_in, visit, words

SYNDICS = {"fr": "syndic", "nl": "syndicus", "de": "syndikus", "en": "syndicus"}  # no office's plan is filled up


def pick(page: Page, name: str, typed: str) -> None:
    """One of a long list, by its code."""
    box = page.locator(f"#f-{name}")
    box.click()
    box.fill(typed)
    page.get_by_role("option").filter(has_text=typed).first.click()


def a_building(page: Page, locale: str) -> str:
    body = {
        "name": f"Comptes {locale}",
        "address": "Rue 1",
        "city": "Bruxelles",
        "postal_code": "1000",
        "country": "BE",
        "total_units": 1,
    }
    return f"/buildings/{page.request.post('/api/v1/buildings', data=body).json()['id']}"


@pytest.mark.parametrize("locale", LANGUAGES[2:])
def test_a_syndic_opens_the_books_and_keeps_them(server, browser, locale):
    t = words(locale)
    page = visit(browser, locale)
    sign_in(page, f"{SYNDICS[locale]}@demo.koprogo.be")
    building = a_building(page, locale)

    page.goto(f"{building}/books")
    page.locator("input[name=starts_on]").fill("2026-01-01")
    page.locator("input[name=ends_on]").fill("2025-12-31")
    page.get_by_role("button", name=t("Open the books"), exact=True).click()
    expect(page.locator("#f-ends_on-error")).to_have_text(t("The year ends after its first day."))
    page.locator("input[name=ends_on]").fill("2026-12-31")
    page.get_by_role("button", name=t("Open the books"), exact=True).click()
    expect(
        page.get_by_role("cell", name="2026", exact=True).or_(page.get_by_role("rowheader", name="2026", exact=True))
    ).to_be_visible()
    shot(page, f"books-{locale}")

    page.goto(f"{building}/accounts/new")
    page.locator("input[name=code]").fill("610199")
    page.locator("input[name=label]").fill("Ascenseur B")
    page.get_by_role("button", name=t("Add the account")).click()
    page.wait_for_url(re.compile(r"/accounts\?search=610199"))
    expect(page.get_by_text("Ascenseur B")).to_be_visible()

    page.goto(f"{building}/entries/new")
    page.locator("input[name=entry_on]").fill("2026-03-01")
    page.locator("input[name=description]").fill("Entretien de mars")
    pick(page, "account-0", "610199")
    page.locator("input[name=debit-0]").fill("121,00")
    pick(page, "account-1", "551")
    page.locator("input[name=credit-1]").fill("120,99")
    page.locator("input[name=credit-1]").press("Tab")
    expect(page.get_by_text(t("Still missing: {amount}", amount="").strip(), exact=False)).to_be_visible()
    page.get_by_role("button", name=t("Post the entry")).click()
    expect(page.locator("#f-description-error")).to_be_visible()
    expect(page.locator("input[name=debit-0]")).to_have_value("121,00")  # nothing is lost
    shot(page, f"entry-refused-{locale}")
    page.locator("input[name=credit-1]").fill("121,00")
    page.get_by_role("button", name=t("Post the entry")).click()
    page.wait_for_url(re.compile(r"/entries/[0-9a-f-]{36}$"))
    expect(page.get_by_text("ODS 1").first).to_be_visible()
    shot(page, f"entry-{locale}")

    page.get_by_role("button", name=t("Reverse"), exact=True).click()
    page.get_by_role("dialog").locator("input[name=entry_on]").fill("2026-03-02")
    page.get_by_role("dialog").locator("textarea[name=reason]").fill("Double")
    page.get_by_role("dialog").get_by_role("button", name=t("Reverse the entry")).click()
    expect(page.get_by_text("ODS 2").first).to_be_visible()
    expect(page.get_by_text(t("This entry reverses another."))).to_be_visible()

    page.goto(f"{building}/balances")
    row = page.get_by_role("row").filter(has_text="610199")
    expect(row).to_contain_text("121,00")
    row.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/accounts/[0-9a-f-]{36}\?year="))
    expect(page.locator("main tbody tr[data-row]")).to_have_count(2)

    page.goto(f"{building}/books")
    page.get_by_role("button", name=t("Change the lock")).click()
    page.get_by_role("dialog").locator("input[name=locked_until]").fill("2026-03-31")
    page.get_by_role("dialog").get_by_role("button", name=t("Lock"), exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    late = {
        "entry_on": "2026-03-31",
        "description": "x",
        "lines": [{"account": "610199", "debit_cents": 1}, {"account": "551", "credit_cents": 1}],
    }
    assert page.request.post(f"/api/v1{building}/entries", data=late).status == 400
    assert page.problems == []


@pytest.mark.parametrize("locale", LANGUAGES[:2])
def test_an_auditor_reads_the_books_on_a_telephone_and_changes_nothing(server, browser, locale):
    t = words(locale)
    phone = visit(browser, locale, width=390, height=844, has_touch=True)
    sign_in(phone, "auditor@demo.koprogo.be")
    phone.goto("/books")
    phone.get_by_role("link", name="Résidence de la Senne").first.click()
    phone.wait_for_url(re.compile(r"/books$"))
    address = phone.url.removesuffix("/books")
    for part in ("/books", "/entries", "/balances", "/accounts"):
        phone.goto(address + part)
        expect(phone.locator("main tbody tr[data-row]").first).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(phone, f"auditor{part.replace('/', '-')}-{locale}")
        for act in ("New entry", "Add an account", "Add a year", "Change the lock"):
            expect(phone.get_by_role("button", name=t(act))).to_have_count(0)
    assert (
        phone.request.post(
            f"/api/v1/buildings/{address.rsplit('/', 1)[1]}/entries",
            data={"entry_on": "2026-03-31", "description": "x", "lines": []},
        ).status
        == 403
    )
    assert phone.problems == []
