"""The product's main job, in each language: a syndic imports his spreadsheets, files a paper, invites an owner, who sees his own lot."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from e2e.visitor import sign_in, visit, words

DATA = Path(__file__).parents[1] / "tests" / "data" / "import"
SHOTS = Path(__file__).parents[1] / "test-results" / "screenshots"
LANGUAGES = ("fr", "nl", "de", "en")
OWNERS = {  # a person of the register for each visit, and the numbers of the lots it holds
    "fr": ("BENALI", {"4A", "C7"}), "nl": ("DE SMET", {"3A", "C5"}), "de": ("MÜLLER", {"3B", "C6"}), "en": ("O'CONNOR", {"5A", "G4"}),
}  # fmt: skip
STRANGERS = "CLAES|DUPONT|LAMBERT|VANDERMEULEN"


def enterprise_number(n: int) -> str:
    """The n-th number of our own with right check digits: 97 minus the rest of the first eight by 97."""
    first = 7_990_000 + n
    return f"{first:08d}{97 - first % 97:02d}"


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def upload(page: Page, t, name: str) -> None:
    page.goto("/imports")
    page.locator("input[type=file]").first.set_input_files(DATA / name)
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"))
    expect(page.get_by_role("table").first).to_be_visible()  # the draft is there: what is typed now stays


def describe(page: Page, t, **identity: str) -> None:
    for name, value in identity.items():
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button", name=t("Go to the checks")).click()
    expect(page.get_by_role("button", name=t("Try without writing"))).to_be_visible()


def accept_all(page: Page, t) -> None:
    """Spelling at once, then who is who, one by one."""
    page.get_by_role("button", name=t("Accept all proposals")).click()
    same = page.get_by_role("button", name=t("Same person"), exact=True)
    while same.count():
        left = same.count()
        with contextlib.suppress(TooLate):  # the last one may go with an earlier decision, whose answer comes just now
            same.first.click(timeout=3_000)
            expect(same).not_to_have_count(left)
    page.get_by_role("button", name=t("Accept all proposals")).click()


def mend(page: Page, label: str, value: str) -> None:
    cell = page.get_by_label(label, exact=True)
    cell.fill(value)
    cell.press("Enter")


def write(page: Page, t, total: str) -> str:
    """Trial, import, register; returns the building's address."""
    page.get_by_role("button", name=t("Try without writing")).click()
    expect(page.get_by_text(t("Nothing is written yet.")).first).to_be_visible()
    page.get_by_role("button", name=t("Import the building"), exact=True).click()
    page.get_by_role("link", name=t("See the lots and co-owners")).click()
    page.wait_for_url(re.compile(r"/buildings/[0-9a-f-]{36}/lots"))
    expect(page.get_by_text(re.compile(total)).first).to_be_visible()
    expect(page.locator("main tbody tr[data-row]").first).to_be_visible()
    return page.url.split("/lots")[0]


@pytest.mark.parametrize("locale", LANGUAGES[:2])  # the books: in the other two
def test_a_syndic_imports_three_registers_and_an_owner_sees_only_his_own(server, browser, locale):
    t = words(locale)
    page = visit(browser, locale)
    sign_in(page, "syndic@demo.koprogo.be")
    shot(page, f"home-{locale}")

    upload(page, t, "les-tilleuls.xlsx")
    shot(page, f"import-columns-{locale}")
    describe(page, t, name=f"Les Tilleuls {locale}", kbo=enterprise_number(LANGUAGES.index(locale)), deed_total="10000")
    shot(page, f"import-checks-{locale}")
    twice = page.get_by_role("row").filter(has_text=t("Lot {lot} is already on line {line}.", lot="G6", line=34))
    twice.get_by_role("button", name=t("Leave the line out")).click()
    expect(twice).to_have_count(0)
    accept_all(page, t)
    page.get_by_role("button", name=t("All lines"), exact=True).click()
    mend(page, t("Shares, line {line}", line=17), "990")
    tilleuls = write(page, t, r"10.?000 / 10.?000")
    shot(page, f"lots-{locale}")

    upload(page, t, "residentie-de-linde.csv")
    describe(
        page,
        t,
        name=f"De Linde {locale}",
        kbo="",
        address="Lindelaan 7",
        postcode="9000",
        city="Gent",
        deed_total="1000",
    )
    accept_all(page, t)
    page.get_by_role("button", name=t("All lines"), exact=True).click()
    mend(page, t("Part, line {line}", line=12), "2/3")
    mend(page, t("Shares, line {line}", line=11), "135/1000")
    write(page, t, r"1.?000 / 1.?000")

    upload(page, t, "wohnanlage-bergstrasse.ods")
    describe(
        page, t, name=f"Bergstraße {locale}", address="Bergstraße 3", postcode="4700", city="Eupen", deed_total="1000"
    )
    page.get_by_role("button", name=t("Enter this owner")).click()
    page.get_by_role("dialog").locator("input[name=last_name]").fill("Pauly")
    page.get_by_role("dialog").locator("input[name=first_name]").fill("Erika")
    page.get_by_role("button", name=t("Add the line")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    accept_all(page, t)
    write(page, t, r"1.?000 / 1.?000")

    paper = page.request.get(f"/api/v1/buildings/{tilleuls.rsplit('/', 1)[1]}/register.pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")

    page.goto(f"{tilleuls}/documents")
    page.get_by_role("button", name=t("Add documents")).first.click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "reglement.pdf", "mimeType": "application/pdf", "buffer": paper.body()}
    )
    expect(page.get_by_role("listitem").filter(has_text="reglement.pdf")).to_contain_text(t("Stored"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="reglement")).to_have_count(1)
    shot(page, f"documents-{locale}")

    link = invite(page, t, f"{tilleuls}/lots", OWNERS[locale][0], f"owner-{locale}@example.be")
    assert page.problems == []
    owner_signs_up(browser, locale, t, link)


def invite(page: Page, t, lots: str, name: str, email: str) -> str:
    """Invites the owner of a lot and takes the link out of the outbox."""
    found = page.request.get(f"/api/v1/owners?per_page=10000&search={name}").json()["data"]
    building = lots.split("/buildings/")[1].split("/")[0]
    held = {
        h["owner_id"]
        for u in page.request.get(f"/api/v1/buildings/{building}/units").json()
        for h in page.request.get(f"/api/v1/units/{u['id']}/owners").json()
    }
    owner = next(o["id"] for o in found if o["id"] in held and name in o["last_name"])
    page.goto(f"/people/{owner}")
    page.get_by_role("button", name=t("Invite"), exact=True).click()
    page.get_by_role("dialog").locator("input[name=email]").fill(email)
    page.get_by_role("button", name=t("Send the invitation"), exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/outbox")
    page.get_by_role("row").filter(has_text=email).get_by_role("button").first.click()
    return page.get_by_role("dialog").get_by_role("link").get_attribute("href")


def owner_signs_up(browser, locale: str, t, link: str) -> None:
    phone = visit(browser, locale, width=390, height=844, has_touch=True)
    phone.goto(link)
    phone.locator("input[name=password]").wait_for()
    shot(phone, f"invitation-{locale}")
    phone.locator("input[name=first_name]").fill("Nadia")
    phone.locator("input[name=last_name]").fill("Benali")
    phone.locator("input[name=password]").fill("une-phrase-assez-longue")
    phone.locator("form[action='/auth/accept'] button[type=submit]").click()
    phone.wait_for_url(lambda url: "/invitation" not in url)
    name, lots = OWNERS[locale]
    expect(phone.get_by_text(min(lots)).first).to_be_visible()
    shot(phone, f"owner-home-{locale}")
    assert not re.search(STRANGERS, phone.locator("main").inner_text())
    mine = phone.request.get("/api/v1/units").json()["data"]
    assert {u["unit_number"] for u in mine} == lots
    assert [o["last_name"] for o in phone.request.get("/api/v1/owners").json()["data"]] == [name]
    assert phone.request.get("/api/v1/audit").status == 403
    assert phone.problems == []
