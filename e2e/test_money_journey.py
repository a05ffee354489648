"""A year: a call refused, issued and paid in part, a cost given its bearers, the statement published, the year closed.

The syndic works at a desk; the co-owner, the accountant and the auditor look on a telephone.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from e2e.test_books_journey import SYNDICS
from e2e.test_import_journey import LANGUAGES, enterprise_number, shot
from e2e.visitor import sign_in, visit, words

LAST = date.today().year - 1  # the year that is settled  # noqa: DTZ011


def a_house(page: Page, locale: str) -> tuple[str, str]:
    """A building with two lots, their co-owners and the books of last year: its address below /buildings, and a co-owner's id."""
    post = page.request.post
    number = enterprise_number(40 + LANGUAGES.index(locale))
    identity = {
        "name": f"Décompte {locale}", "address": "Rue 1", "city": "Bruxelles", "postal_code": "1000", "country": "BE", "total_units": 2,
    }  # fmt: skip
    building = post("/api/v1/buildings", data=identity).json()["id"]
    more = {"kbo": number, "iban_working": "BE68539007547034", "total_shares": 1000}
    assert page.request.put(f"/api/v1/buildings/{building}/identity", data=identity | more).ok
    owners = []
    for lot, name in (("A1", "Zénon"), ("A2", "Yvonne")):
        unit = {"building_id": building, "unit_number": lot, "unit_type": "Apartment", "surface_area": 80, "quota": 500}
        made = post("/api/v1/units", data=unit)
        assert made.ok, made.text()
        person = {"first_name": name, "last_name": f"Test {locale}", "email": f"{name}-{locale}@example.be".lower(), "address": "Rue 2",
                  "city": "Bruxelles", "postal_code": "1000", "country": "BE"}  # fmt: skip
        owner = post("/api/v1/owners", data=person)
        assert owner.ok, owner.text()
        owners.append(owner.json()["id"])
        held = {
            "owner_id": owners[-1],
            "ownership_percentage": 1.0,
            "start_date": f"{LAST - 3}-01-01",
            "is_primary_contact": True,
        }
        part = post(f"/api/v1/units/{made.json()['id']}/owners", data=held)
        assert part.ok, part.text()
    books = {"starts_on": f"{LAST}-01-01", "ends_on": f"{LAST}-12-31"}
    assert post(f"/api/v1/buildings/{building}/books", data=books).ok
    assert post(
        f"/api/v1/buildings/{building}/years", data={"starts_on": f"{LAST + 1}-01-01", "ends_on": f"{LAST + 1}-12-31"}
    ).ok
    return f"/buildings/{building}", owners[0]


@pytest.mark.parametrize("locale", ["de"])  # the other journeys go through all four
def test_a_year_from_the_call_to_closed_books(server, browser, locale):
    t, page = words(locale), visit(browser, locale)
    sign_in(page, f"{SYNDICS[locale]}@demo.koprogo.be")
    building, owner = a_house(page, locale)
    dialog = page.get_by_role("dialog")

    page.goto(f"{building}/calls/new")
    page.locator("input[name=title]").fill("Provisions")
    page.locator("input[name=called_on]").fill(f"{LAST}-01-05")
    page.locator("input[name=due_on]").fill(f"{LAST}-01-31")
    page.locator("input[name=amount-0]").fill("1000,005")
    page.get_by_role("button", name=t("Save the draft")).click()
    expect(page.locator("#f-amount-0-error")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("Provisions")  # nothing is lost
    shot(page, f"call-refused-{locale}")
    page.locator("input[name=amount-0]").fill("1000,00")
    page.locator("input[name=amount-0]").press("Tab")
    expect(page.get_by_role("row").filter(has_text="Yvonne")).to_contain_text("500,00")
    page.get_by_role("button", name=t("Save the draft")).click()
    page.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}$"))
    page.get_by_role("button", name=t("Issue the call"), exact=True).click()
    dialog.get_by_role("button", name=t("Issue the call"), exact=True).click()
    expect(page.get_by_role("link", name=t("See the letters"))).to_be_visible()
    shot(page, f"call-{locale}")

    page.goto(f"{building}/payments/new?owner={owner}")
    paid = {"owner_id": owner, "kind": "receipt", "paid_on": f"{LAST}-02-03", "cents": 40_000, "fund": "working"}
    received = page.request.post(f"/api/v1{building}/owner-payments", data=paid)
    assert received.ok, received.text()
    page.goto(f"{building}/open-items")
    expect(page.get_by_role("row").filter(has_text="Zénon")).to_contain_text("100,00")
    shot(page, f"open-items-{locale}")

    cost = {
        "entry_on": f"{LAST}-03-01", "description": "Courant", "journal": "FIN",
        "lines": [{"account": "612100", "debit_cents": 30_101}, {"account": "551", "credit_cents": 30_101}],
    }  # fmt: skip
    assert page.request.post(f"/api/v1{building}/entries", data=cost).ok
    page.goto(f"{building}/statements/new?until={LAST}-12-31")
    page.locator("select[name=year]").select_option(index=1)
    page.locator("input[name=until]").fill(f"{LAST}-12-31")
    page.get_by_role("button", name=t("Look"), exact=True).click()
    expect(page.get_by_text(t("Nobody has said yet who bears this cost."))).to_be_visible()
    expect(page.get_by_role("button", name=t("Publish"), exact=True)).to_have_count(0)
    shot(page, f"statement-waits-{locale}")
    page.get_by_role("button", name=t("Say who bears it")).click()
    dialog.get_by_role("button", name=t("Keep"), exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Yvonne")).to_contain_text("150,50")
    shot(page, f"statement-ready-{locale}")
    page.get_by_role("button", name=t("Publish"), exact=True).click()
    dialog.get_by_role("button", name=t("Publish {count} statements", count=2)).click()
    page.wait_for_url(re.compile(r"/statements/[0-9a-f-]{36}$"))
    expect(page.get_by_role("row").filter(has_text="Zénon")).to_contain_text("349,49")
    shot(page, f"statement-{locale}")
    page.get_by_role("link", name="Zénon").first.click()
    expect(page.get_by_role("row").filter(has_text="612100")).to_contain_text("500 /")
    letter = page.get_by_role("link", name=t("The letter (PDF)")).get_attribute("href")
    assert page.request.get(letter).body()[:5] == b"%PDF-"
    shot(page, f"statement-owner-{locale}")

    page.goto(f"{building}/closing")
    page.locator("input[name=decided_on]").fill(f"{LAST + 1}-01-02")
    page.locator("textarea[name=decision]").fill("Point 3")
    shot(page, f"closing-{locale}")
    page.get_by_role("button", name=t("Close the year and lock it up to {day}", day="§").split("§")[0].strip()).click()
    expect(page.get_by_text(t("The year is closed"), exact=True).first).to_be_visible()
    late = cost | {"entry_on": f"{LAST}-12-31"}
    assert page.request.post(f"/api/v1{building}/entries", data=late).status == 400
    page.goto(f"{building}/checks")
    page.get_by_role("button", name=t("Check now")).click()
    expect(page.locator("main h2, main h3").first).to_be_visible()
    shot(page, f"checks-{locale}")
    assert page.problems == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_co_owner_reads_what_he_owes_and_why_on_a_telephone(server, browser, locale):
    t, phone = words(locale), visit(browser, locale, width=390, height=844, has_touch=True)
    sign_in(phone, "owner@demo.koprogo.be")
    for address in ("/", "/my-account", "/my-statements"):
        phone.goto(address)
        phone.locator("main h1").wait_for()
        phone.wait_for_load_state("networkidle")
        shot(phone, f"owner{address.replace('/', '-')}-{locale}")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    phone.set_viewport_size({"width": 1440, "height": 900})
    phone.goto("/my-account")
    code = phone.get_by_role("img", name=t("Code for the application of your bank")).first
    expect(code).to_be_visible()
    assert code.bounding_box()["width"] == 176  # beside the words, and not as wide as a desk
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto("/my-statements")
    phone.locator("main tbody tr[data-row] a, main tbody a").first.click()
    phone.wait_for_url(re.compile(r"/my-statements/[0-9a-f-]{36}$"))
    expect(phone.get_by_role("heading", name=t("Why this amount?"))).to_be_visible()
    shot(phone, f"my-statement-{locale}")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.request.get("/api/v1/statements/0198c5a0-0000-7000-8000-000000000001").status == 403
    assert phone.problems == []


@pytest.mark.parametrize(("who", "writes"), [("accountant", True), ("auditor", False)])
def test_who_keeps_and_who_checks_see_the_same_and_decide_nothing(server, browser, who, writes):
    t, phone = words("fr"), visit(browser, "fr", width=390, height=844, has_touch=True)
    sign_in(phone, f"{who}@demo.koprogo.be")
    phone.goto("/books")
    phone.get_by_role("link", name="Résidence de la Senne").first.click()
    phone.wait_for_url(re.compile(r"/books$"))
    building = phone.url.removesuffix("/books")
    for part in ("calls", "payments", "statements", "budgets", "funds", "verification", "checks", "closing"):
        phone.goto(f"{building}/{part}")
        phone.locator("main h1").wait_for()
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
        shot(phone, f"{who}-{part}")
    phone.goto(f"{building}/statements/new")
    phone.wait_for_load_state("networkidle")
    expect(phone.get_by_role("button", name=t("Publish"), exact=True)).to_have_count(0)
    phone.goto(f"{building}/closing")
    phone.locator("main select").first.select_option(index=0)  # the year that runs: the one before is closed
    expect(phone.get_by_text(t("Nothing of another year is entered."))).to_be_visible()
    expect(
        phone.get_by_role("button", name=t("Add an accrual")).or_(phone.get_by_role("link", name=t("Add an accrual")))
    ).to_have_count(1 if writes else 0)
    assert phone.problems == []
