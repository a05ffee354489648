"""Every page, in both themes: nothing that axe finds, no error in the console, a title, one h1; the weight of a first visit."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from reflex.page import DECORATED_PAGES

import koprogo_app.koprogo_app  # noqa: F401  (registers the pages)
from e2e.visitor import BASE, sign_in, visit, words

PUBLIC = ("/login", "/fr", "/nl", "/de", "/en", "/forgot", "/invitation", "/reset")
FIRST_VISIT = 350 * 1024  # bytes, compressed


def routes() -> list[str]:
    found = {options["route"] for pages in DECORATED_PAGES.values() for _, options in pages}
    return sorted("/" + route.strip("/") for route in found)


def test_we_know_the_public_pages():
    assert set(PUBLIC) <= set(routes())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing_on_any_page(server, browser, theme, width, height):
    page = visit(browser, "fr", width=width, height=height, theme=theme)
    found = {}
    for route in PUBLIC:
        page.goto(route)
        page.locator("h1").first.wait_for()
        found |= findings(page, route)
    sign_in(page, "syndic@demo.koprogo.be")
    for route, address in addresses(page).items():
        page.goto(address)
        page.locator("main h1").first.wait_for()
        found |= findings(page, route)
    assert found == {}
    assert page.problems == []


def findings(page, route: str) -> dict[str, list[str]]:
    wrong = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]]
    if page.locator("h1").count() != 1:
        wrong.append(f"{page.locator('h1').count()} h1")
    if " — KoproGo" not in page.title():
        wrong.append(f"title {page.title()!r}")
    return {route: wrong} if wrong else {}


def addresses(page) -> dict[str, str]:
    """Each private route with the id of something that exists."""
    building = page.request.get("/api/v1/buildings").json()["data"][0]["id"]
    lot = page.request.get(f"/api/v1/buildings/{building}/units").json()[0]["id"]
    ids = {
        "building_id": building, "lot_id": lot, "owner_id": page.request.get("/api/v1/owners").json()["data"][0]["id"], "slug": "unknown",
    }  # fmt: skip
    found = {}
    for route in routes():
        if route in PUBLIC or "404" in route or route.startswith(("/admin", "/syndic/")) or "[run_id]" in route:
            continue
        address = route
        for name, value in ids.items():
            address = address.replace(f"[{name}]", value)
        if "[" not in address:
            found[route] = address
    return found


def test_the_administrators_pages_are_clean_too(server, browser):
    page = visit(browser, "en")
    sign_in(page, "admin@koprogo.com", "admin123")
    found = {}
    for route in (r for r in routes() if r.startswith("/admin")):
        page.goto(route)
        page.locator("main h1").first.wait_for()
        found |= findings(page, route)
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
