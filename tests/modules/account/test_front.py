import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from koprogo_app.modules.account.front import front


@pytest.fixture
def site():
    inner = FastAPI()
    inner.get("/")(lambda: "home")
    inner.get("/buildings")(lambda: "buildings")
    return TestClient(front(inner), follow_redirects=False)


@pytest.mark.parametrize(
    ("cookie", "accepted", "door"),
    [
        ("", "nl-BE,nl;q=0.9", "/nl"),
        ("", "de", "/de"),
        ("", "es-ES", "/fr"),
        ("", "", "/fr"),
        ("locale=en", "nl-BE", "/en"),
        ("locale=../evil", "nl-BE", "/fr"),
        ("locale=;\x01", "de", "/fr"),
    ],
)
def test_a_visitor_is_led_to_the_door_in_his_language(site, cookie, accepted, door):
    answer = site.get("/", headers={"cookie": cookie, "accept-language": accepted})
    assert (answer.status_code, answer.headers["location"]) == (303, door)
    assert answer.headers["vary"] == "cookie, accept-language"


def test_somebody_with_a_session_goes_on_to_his_own_page(site):
    assert site.get("/", headers={"cookie": "locale=fr; koprogo_session=abc"}).json() == "home"


def test_every_other_address_is_left_alone(site):
    assert site.get("/buildings").json() == "buildings"
    assert site.post("/").status_code == 405
