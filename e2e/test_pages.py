"""Every page, in both themes: nothing that axe finds, no error in the console, a title, one h1; the weight of a first visit."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from reflex_base.registry import RegistrationContext

import koprogo_app.koprogo_app  # noqa: F401  (registers the pages)
from e2e.visitor import BASE, sign_in, visit, words

PUBLIC = ("/login", "/fr", "/nl", "/de", "/en", "/forgot", "/invitation", "/reset")
FIRST_VISIT = 350 * 1024  # bytes, compressed


def routes() -> list[str]:
    found = {options["route"] for _, options in RegistrationContext.get().decorated_pages}
    return sorted("/" + route.strip("/") for route in found)


def test_we_know_the_public_pages():
    assert set(PUBLIC) <= set(routes())


SCREENS = [(1440, 900), (390, 844)]


def test_axe_finds_nothing_on_any_page_on_any_screen_in_any_theme(server, browser):
    page, found = visit(browser, "fr"), {}
    for route in PUBLIC:
        found |= looked_at(page, route, route)
    sign_in(page, "syndic@demo.koprogo.be")
    for route, address in addresses(page).items():
        found |= looked_at(page, route, address)
    assert found == {}
    assert page.problems == []


def test_axe_finds_nothing_on_the_pages_of_an_owner(server, browser):
    page, found = visit(browser, "nl"), {}
    sign_in(page, "owner@demo.koprogo.be")
    for route, address in addresses(page).items():
        found |= looked_at(page, route, address, screens=SCREENS[1:])
    assert found == {}
    assert page.problems == []


def looked_at(page, route: str, address: str, screens=SCREENS) -> dict[str, list[str]]:
    """Loads a page once and looks at it on each screen; the colours, which are those of every screen, on a desk in both themes."""
    page.goto(address)
    page.locator("h1").first.wait_for()
    refused = words(page.locator("html").get_attribute("lang"))("Your role does not open this page.")
    if route != "/members" and page.get_by_text(refused).count():  # looked at once
        return {}
    found = {}
    for screen in screens:
        page.set_viewport_size({"width": screen[0], "height": screen[1]})
        desk = [("light", {}), ("dark", COLOURS)]
        looks = desk if screen == SCREENS[0] else [("light", NOT_COLOURS if len(screens) == 1 else FITS)]
        for theme, rules in looks:
            page.emulate_media(color_scheme=theme)
            if wrong := findings(page, rules):
                found[f"{route} {screen[0]} {theme}"] = wrong
    return found


COLOURS = {"runOnly": ["color-contrast"]}
NOT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}  # the slowest of all


FITS = {"runOnly": ["scrollable-region-focusable"]}  # what a narrow screen alone can break


def findings(page, rules: dict) -> list[str]:
    report = Axe().run(page, options={"resultTypes": ["violations"]} | rules)
    wrong = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in report.response["violations"]]
    if page.locator("h1").count() != 1:
        wrong.append(f"{page.locator('h1').count()} h1")
    if " — KoproGo" not in page.title():
        wrong.append(f"title {page.title()!r}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("wider than the screen")
    return wrong


def addresses(page) -> dict[str, str]:
    """Each private route with the id of something that exists; what a role may not open says so."""
    building = page.request.get("/api/v1/buildings").json()["data"][0]["id"]
    lot = page.request.get(f"/api/v1/buildings/{building}/units").json()[0]["id"]
    ids = {
        "building_id": building, "lot_id": lot, "owner_id": page.request.get("/api/v1/owners").json()["data"][0]["id"],
        "slug": "unknown",
    }  # fmt: skip
    ids |= of_the_books(page)
    found = {}
    for route in routes():
        if route in PUBLIC or "404" in route:
            continue
        address = route
        for name, value in ids.items():
            address = address.replace(f"[{name}]", value)
        if "[" not in address:
            found[route] = address
    return found


def of_the_books(page) -> dict[str, str]:
    """The building of the demonstration that has everything in its books; nothing for who may not read books."""
    books = page.request.get("/api/v1/books", params={"state": "open", "search": "Résidence de la Senne"})
    if not books.ok:
        return {}
    building = books.json()["data"][0]["building_id"]
    account = page.request.get("/api/v1/accounts", params={"building_id": building, "code_pattern": "551"}).json()[0][
        "id"
    ]
    supplier = page.request.get("/api/v1/suppliers").json()["data"][0]["id"]
    invoice = page.request.get(f"/api/v1/buildings/{building}/invoices").json()["data"][0]["id"]
    return {
        "building_id": building, "account_id": account, "supplier_id": supplier, "invoice_id": invoice,
        "report": "result",
    } | of_the_charges(page, building)  # fmt: skip


def of_the_charges(page, building: str) -> dict[str, str]:
    """What the demonstration asked of its co-owners: one of each."""
    lists = {
        "call_id": "calls", "payment_id": "owner-payments", "statement_id": "statements", "budget_id": "budgets", "run_id": "letter-runs",
        "movement_id": "fund-movements", "meter_id": "meters", "meter_period_id": "meter-periods",
    }  # fmt: skip
    years = page.request.get(f"/api/v1/buildings/{building}/verifications").json()
    verification = next(y["verification"]["id"] for y in years if y["verification"])
    checked = page.request.get(f"/api/v1/verifications/{verification}/entries").json()["data"]
    found = {"verification_id": verification, "entry_id": checked[0]["id"]}
    for name, path in lists.items():
        answer = page.request.get(f"/api/v1/buildings/{building}/{path}").json()
        rows = answer["data"] if isinstance(answer, dict) else answer
        if rows:
            found[name] = rows[0]["id"]
    return found


def test_the_administrators_pages_are_clean_too(server, browser):
    page = visit(browser, "en")
    sign_in(page, "admin@koprogo.com", "admin123")
    found = {}
    for route in (r for r in routes() if r.startswith("/admin")):
        found |= looked_at(page, route, route)
    assert found == {}


def test_a_first_visit_is_light(server, browser):
    page = visit(browser, "fr")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    page.goto("/login")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= FIRST_VISIT


def test_switching_the_language_loads_nothing_and_rows_follow(server, browser):
    page = visit(browser, "fr")
    sign_in(page, "syndic@demo.koprogo.be")
    page.goto("/buildings")
    fr, nl = words("fr"), words("nl")
    expect(page.get_by_role("heading", level=1, name=fr("Buildings"))).to_be_visible()
    expect(page.get_by_role("cell", name="10\u00a0000").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.get_by_role("button", name=fr("Language"), exact=True).click()
    page.get_by_role("menuitem", name="Nederlands").click()
    expect(page.get_by_role("heading", level=1, name=nl("Buildings"))).to_be_visible()
    expect(page.get_by_role("cell", name="10.000").first).to_be_visible()  # worded by the server
    assert page.locator("html").get_attribute("lang") == "nl"
    assert [r for r in requests if r.startswith(BASE)] == []


def test_a_task_opens_its_list_narrowed_and_the_address_keeps_the_filters(server, browser):
    page, t = visit(browser, "fr"), words("fr")
    sign_in(page, "syndic@demo.koprogo.be")
    rows = page.locator("main tbody tr[data-row]")
    found = page.request.get("/api/v1/buildings?per_page=1000").json()["data"]
    page.goto(f"/buildings/{next(b['id'] for b in found if b['name'] == 'Résidence de la Senne')}")
    page.get_by_role("link", name=t("1 co-owner has no postal address")).click()
    expect(page.get_by_role("heading", level=1, name=t("People"))).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name=t("Remove the filter {label}", label=t("Address"))).click()
    expect(rows).not_to_have_count(1)
    assert "address=" not in page.url
    page.get_by_role("searchbox").fill("wouters koen")
    expect(rows).to_have_count(1)
    page.reload()  # as a bookmark, or Back, opens it
    expect(page.get_by_role("searchbox")).to_have_value("wouters koen")
    expect(rows).to_have_count(1)


def test_a_dialog_that_was_left_open_does_not_wait_on_the_next_visit(server, browser):
    page, t = visit(browser, "fr"), words("fr")
    sign_in(page, "syndic@demo.koprogo.be")
    building = page.request.get("/api/v1/buildings").json()["data"][0]["id"]
    for tab, opener in (("lots", t("Add a lot")), ("documents", t("Add documents"))):
        page.goto(f"/buildings/{building}/{tab}")
        page.get_by_role("button", name=opener).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.reload()
        expect(page.locator("main tbody tr[data-row]").first).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_tab_keeps_nothing_of_who_signed_out(server, browser):
    page, t = visit(browser, "fr"), words("fr")
    sign_in(page, "syndic@demo.koprogo.be")
    page.goto("/people")
    known = page.locator("main tbody tr[data-row]").nth(1).inner_text()
    page.get_by_role("button", name=t("{name}: profile and sign out", name="§").split("§")[1]).click()
    page.get_by_role("menuitem", name=t("Sign out"), exact=True).click()
    page.wait_for_url(lambda url: "/people" not in url)
    sign_in(page, "tenant@demo.koprogo.be")
    page.goto("/people")
    expect(page.get_by_text(t("Your role does not open this page."))).to_be_visible()
    assert page.locator("main tbody tr[data-row]").count() == 0
    assert known.split("\n")[0] not in page.inner_text("body")
