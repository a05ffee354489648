"""The 70/30 mix of the load report that an earlier KoproGo published: 70 % reads of one page of 20, 30 % inserts.

    locust -f loadtests/locustfile.py --headless -u 20 -r 20 -t 60s -H http://localhost:8000

A closed loop: 20 connections without think time. The mix also had 20 parts of expenses; until that module exists they are
spread over buildings, units and owners. LOAD_EMAIL and LOAD_PASSWORD choose the office, a demonstration one by default.
"""

import itertools
import os
import random
import time

import requests
from locust import FastHttpUser, constant, events, task
from locust.env import Environment
from locust.exception import StopTest

READS = {"buildings": 38, "units": 32, "owners": 25, "auth/me": 5}
WRITES = {"buildings": 38, "units": 37, "owners": 25}
API = "/api/v1"
RUN = f"{int(time.time()):x}"  # part of every unique key: runs may follow each other on one database
_numbers = itertools.count()
_headers: dict[str, str] = {}
_buildings: list[str] = []


@events.test_start.add_listener
def sign_in(environment: Environment, **_: object) -> None:
    """Once a run, before any connection: signing in is made slow on purpose, and is not what is measured."""
    credentials = {"email": os.environ.get("LOAD_EMAIL", "admin@large.be")}
    credentials["password"] = os.environ.get("LOAD_PASSWORD", "admin123")
    try:
        signed_in = requests.post(f"{environment.host}{API}/auth/login", json=credentials, timeout=30)
        signed_in.raise_for_status()
        _headers["authorization"] = f"Bearer {signed_in.json()['token']}"  # good for 15 minutes
        found = requests.get(f"{environment.host}{API}/buildings?per_page=10", headers=_headers, timeout=30)
        found.raise_for_status()
    except requests.RequestException as error:  # else locust goes on, and measures refusals
        environment.process_exit_code = 1
        raise StopTest(f"{credentials['email']} cannot sign in: {error}") from None
    _buildings[:] = [building["id"] for building in found.json()["data"]]


class Reader(FastHttpUser):
    """One connection."""

    wait_time = constant(0)

    @task(70)
    def read(self) -> None:
        [path] = random.choices(list(READS), list(READS.values()))
        self.client.get(f"{API}/{path}", headers=_headers, name=path)

    @task(30)
    def write(self) -> None:
        [kind] = random.choices(list(WRITES), list(WRITES.values()))
        self.client.post(f"{API}/{kind}", json=row(kind), headers=_headers, name=f"{kind} (new)")


def row(kind: str) -> dict[str, object]:
    """A new row of the contract's core routes, its keys used never before."""
    key = f"{RUN}-{next(_numbers)}"
    number = random.randint
    match kind:
        case "buildings":
            return {
                "name": f"Résidence {key}", "address": f"Avenue Louise {number(1, 200)}", "city": "Bruxelles",
                "postal_code": str(number(1000, 9999)), "country": "Belgium", "total_units": number(10, 50),
                "construction_year": number(1960, 2024),
            }  # fmt: skip
        case "units":
            return {
                "building_id": random.choice(_buildings), "unit_number": f"U-{key}", "unit_type": "Apartment",
                "floor": number(0, 10), "surface_area": number(4500, 15000) / 100, "quota": number(50, 200),
            }  # fmt: skip
        case _:
            return {
                "first_name": "Marie", "last_name": f"Dupont{number(1, 9999)}", "email": f"o-{key}@example.org",
                "phone": "+32 400 12 34 56", "address": f"Rue Royale {number(1, 200)}", "city": "Bruxelles",
                "postal_code": "1000", "country": "Belgium",
            }  # fmt: skip
