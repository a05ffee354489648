"""The pages under load: people who open pages and search their tables, by the application's own events (/_event).

    locust -f loadtests/events.py --headless -u 10 -r 10 -t 60s -H http://localhost:8000

One user is one open tab: it reads for a second (LOAD_THINK), then acts. A time is that from the event to its last answer:
of a page, when the spinner goes; of a table, when its rows come. Whatever the server asks of the browser here, a toast
of refusal or the way to the sign-in page, is a failure. So is silence: refused events are not answered.
The protocol is that of Reflex 0.10.1: names of states hold the path of their module, so moving one renames it here.
"""

import os
import random
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import requests
import socketio
from gevent.event import Event
from locust import User, constant, events, task
from locust.env import Environment
from locust.exception import StopTest, StopUser

NAMESPACE = "/_event"
ROOT = "reflex___state____state"
LOAD = f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal"
PATIENCE = 10  # seconds
WORDS = ("a", "du", "van", "12", "rue")  # what people type


class Awaited(NamedTuple):
    """The variable that the last answer to an event brings."""

    state: str
    variable: str


LOADED = Awaited(ROOT, "is_hydrated_rx_state_")


class Page(NamedTuple):
    """`table` is the state of the page's list, empty where there is none."""

    name: str
    path: str
    table: str = ""


def _state(module: str, name: str) -> str:
    return f"{ROOT}.koprogo_app___modules___{module}___state____{name}"


PAGES = (
    Page("home", "/"),
    Page("buildings", "/buildings", _state("buildings", "buildings_state")),
    Page("lots", "/buildings/{building}/lots", _state("ownership", "lots_held_state")),
    Page("people", "/people", _state("owners", "people_state")),
)
_signed_in: dict[str, str] = {}  # the cookie, and the building that is looked at


@events.test_start.add_listener
def sign_in(environment: Environment, **_: object) -> None:
    """Once a run, by the form of the sign-in page: hashing a password is slow on purpose, and not what is measured."""
    credentials = {"email": os.environ.get("LOAD_EMAIL", "syndic@demo.koprogo.be")}
    credentials["password"] = os.environ.get("LOAD_PASSWORD", "demo-koprogo")
    try:
        with requests.Session() as browser:
            browser.post(f"{environment.host}/auth/login", data=credentials, allow_redirects=False, timeout=30)
            found = browser.get(f"{environment.host}/api/v1/buildings", timeout=30)
            found.raise_for_status()
            _signed_in["cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    except requests.RequestException as error:
        environment.process_exit_code = 1
        raise StopTest(f"{credentials['email']} cannot sign in: {error}") from None
    largest = max(found.json()["data"], key=lambda building: building["total_units"])
    _signed_in["building"] = largest["id"]


class Visitor(User):
    """One open tab of the syndic."""

    wait_time = constant(float(os.environ.get("LOAD_THINK", "1")))

    def on_start(self) -> None:
        self.answered, self.awaited, self.refusal = Event(), LOADED, ""
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("event", self.hear, namespace=NAMESPACE)
        self.ask("open the application", self.connect, LOADED)
        if not self.socket.connected:
            raise StopUser

    def on_stop(self) -> None:
        self.socket.disconnect()

    @task
    def visit(self) -> None:
        """A page; on its table a search, the whole list again, its second page."""
        page = random.choice(PAGES)
        self.send(page.name, LOAD, {}, page, LOADED)
        if page.table:
            rows = Awaited(page.table, "rows_rx_state_")
            for text in (random.choice(WORDS), ""):
                self.wait()
                self.send(f"{page.name}: search", f"{page.table}.search_for", {"text": text}, page, rows)
            self.wait()
            self.send(f"{page.name}: page 2", f"{page.table}.go", {"page": 2}, page, rows)

    # ---------------------------------------------------------------- the protocol

    def connect(self) -> None:
        """As the browser does: the first event rides with the connection. It is answered by the whole state."""
        boot = {"event": _event(f"{ROOT}.hydrate_and_load", {}, PAGES[0])}
        headers = {"Cookie": _signed_in["cookie"]}  # no Origin: the client sends its own, and two are refused
        address = f"{self.host}?token={uuid.uuid4()}"  # the token of the tab: it selects the state
        self.socket.connect(
            address, headers, boot, transports=["websocket"], namespaces=[NAMESPACE], socketio_path=NAMESPACE
        )

    def send(self, title: str, name: str, payload: dict[str, Any], page: Page, awaited: Awaited) -> None:
        event = _event(name, payload, page)
        self.ask(title, lambda: self.socket.emit("event", event, namespace=NAMESPACE), awaited)

    def ask(self, title: str, act: Callable[[], object], awaited: Awaited) -> None:
        """Acts, waits for the last answer, and tells locust how long it took and whether it failed."""
        self.awaited, self.refusal = awaited, ""
        self.answered.clear()
        failure: Exception | None = None
        began = time.perf_counter()
        try:
            act()
            if not self.answered.wait(PATIENCE):
                failure = TimeoutError(f"no answer in {PATIENCE} s")
            elif self.refusal:
                failure = RuntimeError(self.refusal)
        except socketio.exceptions.SocketIOError as error:
            failure = error
        self.environment.events.request.fire(
            request_type="event", name=title, response_time=(time.perf_counter() - began) * 1000, response_length=0,
            exception=failure, context={},
        )  # fmt: skip

    def hear(self, update: dict[str, Any]) -> None:
        """One answer. An event may have several: a page sends its parts as they are read."""
        if asked := update.get("events"):
            self.refusal = f"{asked[0]['name']} {asked[0].get('payload', '')}"[:200]
        brought = update.get("delta", {}).get(self.awaited.state, {})
        if self.refusal or brought.get(self.awaited.variable, False) is not False:
            self.answered.set()


def _event(name: str, payload: dict[str, Any], page: Page) -> dict[str, Any]:
    path = page.path.format(building=_signed_in["building"])
    query = {"building_id": _signed_in["building"]} if path != page.path else {}
    return {"name": name, "payload": payload, "router_data": {"pathname": path, "asPath": path, "query": query}}
