"""The REST edge: what is refused before a module is asked, how, and how the API describes itself."""

import json
import re

import pytest
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse

from koprogo_app.api import build, current_actor
from koprogo_app.core.config import settings
from koprogo_app.koprogo_app import FORMS, ROUTERS
from koprogo_app.modules.account.api import router as account
from koprogo_app.modules.buildings.api import router as buildings
from koprogo_app.modules.owners.api import router as owners

HOUSE = {
    "name": "Les Tilleuls", "address": "Rue 1", "city": "Uccle", "postal_code": "1180", "country": "BE", "total_units": 2,
}  # fmt: skip
OPEN = {
    "GET /health", "POST /auth/login", "POST /auth/register", "POST /auth/refresh", "GET /public/buildings/{slug}/syndic",
}  # fmt: skip


@pytest.fixture
def rest(client_of, alice):
    return client_of(buildings, alice)


@pytest.fixture
def served():
    """The whole API, with pages mounted behind it as Reflex does."""
    api = build(ROUTERS, FORMS)
    api.mount("", HTMLResponse("<p>A page</p>", 404))
    return TestClient(api, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def described():
    return build(ROUTERS).openapi()


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path.removeprefix('/api/v1')}", operation


# --- What nobody answers ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/nothing"), ("GET", "/api/v1/health/"), ("PATCH", "/api/v1/buildings"),
        ("DELETE", "/api/v1/buildings"), ("POST", "/api/v1/health"), ("OPTIONS", "/api/v1/units"), ("GET", "/api/v1/auth/login"),
    ],
)  # fmt: skip
def test_an_unknown_route_or_method_is_404_in_json_and_not_a_page(served, method, path):
    refused = served.request(method, path, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["error"]) == (404, "Not found.")


def test_pages_stay_behind_the_api(served):
    assert served.get("/buildings").text == "<p>A page</p>"


@pytest.mark.parametrize("path", ["/owners/some-id", "/owners/some-id/units", "/buildings/some-id", "/units/some-id"])
def test_who_asks_is_known_before_what_is_asked(served, path):
    assert served.get(f"/api/v1{path}").status_code == 401


def test_a_bad_id_is_404_for_somebody(client_of, alice):
    assert client_of(owners, alice).get("/api/v1/owners/some-id").status_code == 404
    assert client_of(owners, alice).put("/api/v1/owners/some-id", json={}).status_code == 404


def test_the_fixed_addresses_of_people_come_before_those_of_one_person(alice):
    api = build(ROUTERS)
    api.dependency_overrides[current_actor] = lambda: alice
    assert TestClient(api).get("/api/v1/owners/export").headers["content-type"].startswith("text/csv")


# --- Values that no column can hold ---


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a\0b"}, {"total_units": 10**30}, {"total_tantiemes": 10**30}, {"construction_year": 10**12},
        {"name": "x" * 100_000}, {"name": "\ud800"}, {"city": "  "}, {"total_units": 1.5},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_value_that_cannot_be_kept_is_400(rest, change):
    made = rest.post("/api/v1/buildings", json=HOUSE).json()
    body = {"content": json.dumps(HOUSE | change), "headers": {"Content-Type": "application/json"}}
    for refused in (rest.post("/api/v1/buildings", **body), rest.put(f"/api/v1/buildings/{made['id']}", **body)):
        assert (refused.status_code, bool(refused.json()["error"])) == (400, True)


@pytest.mark.parametrize(
    "query", ["search=a%00b", "city=%00", "page=99999999999999999999", "page=9223372036854775807", f"construction_year={10**20}"]
)  # fmt: skip
def test_a_search_that_cannot_be_asked_is_400(rest, query):
    assert rest.get(f"/api/v1/buildings?{query}").status_code == 400


@pytest.mark.parametrize(("token", "status"), [("\0", 401), ("\ud800", 400)], ids=["nul", "half a pair"])
def test_a_refresh_token_that_is_no_text_is_refused(client_of, token, status):
    body = {"content": json.dumps({"refresh_token": token}), "headers": {"Content-Type": "application/json"}}
    assert client_of(account, None).post("/api/v1/auth/refresh", **body).status_code == status


def test_a_body_too_deep_to_read_is_400_in_our_words(client_of):
    client = client_of(account, None)
    deep = client.post("/api/v1/auth/login", content="[" * 200_000, headers={"Accept-Language": "nl"})
    assert (deep.status_code, deep.json()["kind"]) == (400, "validation")
    assert "parsing" not in deep.json()["error"]


def test_a_fault_of_ours_is_500_in_json(client_of, alice, monkeypatch):
    monkeypatch.setattr("koprogo_app.modules.buildings.api.envelope", lambda *_: 1 / 0)
    monkeypatch.setattr("koprogo_app.modules.account.api.user_wire", lambda *_: 1 / 0)
    failed = client_of(buildings, alice).get("/api/v1/buildings")
    assert (failed.status_code, set(failed.json())) == (500, {"error"})
    failed = client_of(account, alice).get("/api/v1/auth/me")
    assert (failed.status_code, failed.json()["kind"]) == (500, "internal")


# --- /metrics ---


def watch(monkeypatch, *, token="", mode="production", proxy=False, peer="127.0.0.1", **headers):
    monkeypatch.setattr(settings(), "mode", mode)
    monkeypatch.setattr(settings(), "metrics_token", type(settings().metrics_token)(token))
    monkeypatch.setattr(settings(), "trust_proxy", proxy)
    return TestClient(build([]), client=(peer, 1)).get("/metrics", headers=headers).status_code


def test_metrics_ask_for_their_token_when_there_is_one(monkeypatch):
    assert watch(monkeypatch, token="t0ken", Authorization="Bearer t0ken", peer="192.0.2.1") == 200
    for given in ({}, {"Authorization": "Bearer other"}, {"Authorization": "t0ken"}):
        assert watch(monkeypatch, token="t0ken", mode="demo", **given) == 401


def test_metrics_without_a_token_are_for_this_machine_alone(monkeypatch):
    assert watch(monkeypatch) == 200
    assert watch(monkeypatch, peer="192.0.2.1") == 401
    assert watch(monkeypatch, peer="192.0.2.1", mode="demo") == 200


def test_a_proxy_on_this_machine_does_not_open_the_metrics(monkeypatch):
    assert watch(monkeypatch, proxy=True, **{"X-Forwarded-For": "192.0.2.1"}) == 401
    assert watch(monkeypatch, proxy=True) == 200
    lines = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "192.0.2.1")]  # the caller's own, the proxy's
    assert TestClient(build([]), client=("127.0.0.1", 1)).get("/metrics", headers=lines).status_code == 401


# --- The description ---


def test_every_body_has_an_example_that_its_own_model_accepts(described):
    bodies = [r for r in every_route() if getattr(r, "body_field", None) and "application/json" in media(described, r)]
    assert len(bodies) > 40
    for route in bodies:
        schema = media(described, route)["application/json"]["schema"]
        shared = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
        examples = schema.get("examples") or shared.get("examples") or [shared.get("example")]
        value, errors = route.body_field.validate(examples[0], {}, loc=("body",))
        assert (bool(value), errors) == (True, []), route.path


def every_route():
    return [route for router in ROUTERS for route in router.routes]


def media(described, route):
    method = next(iter(route.methods)).lower()
    operation = described["paths"].get(f"/api/v1{route.path}", {}).get(method, {})
    return operation.get("requestBody", {}).get("content", {})


def test_a_token_is_asked_everywhere_but_at_the_open_routes(described):
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert described["security"] == [{"token": []}]
    assert {name for name, operation in operations(described) if operation.get("security") == []} == OPEN


def test_refusals_are_described_as_they_are(described):
    for name, operation in operations(described):
        assert "422" not in operation["responses"], name
        assert operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].endswith("/Refusal")
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert set(described["components"]["schemas"]["Refusal"]["properties"]) == {
        "error",
        "details",
        "kind",
        "retry_after",
    }


def test_the_interactive_page_of_the_description_asks_nothing_from_elsewhere(served):
    page = served.get("/api/docs")
    assert (page.status_code, served.get("/swagger-ui/").text, served.get("/swagger-ui").text) == (
        200,
        page.text,
        page.text,
    )
    wanted = set(re.findall(r'(?:src|href)="([^"#]+)"', page.text))
    assert wanted == {"/favicon.svg", "/api/swagger/swagger-ui-bundle.js", "/api/swagger/swagger-ui.css"}
    assert "url: '/api/v1/openapi.json'" in page.text
    sizes = {path: len(served.get(path).content) for path in wanted if path.startswith("/api/")}
    assert all(size > 100_000 for size in sizes.values())
