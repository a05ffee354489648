"""The plug is pulled while a register is written: it is there whole or not at all, and the next start works."""

import os
import signal
import threading
from pathlib import Path

import httpx
import psycopg
import pytest

from e2e.visitor import BASE, PASSWORD
from koprogo_app.core.embedded_pg import EmbeddedPg

LOTS = 600  # enough to be caught in the act


def register() -> bytes:
    lines = [
        f"A{n};appartement;{n // 10};100/{LOTS * 100};Dupont{n};Ann;Rue Haute {n};1000;Bruxelles" for n in range(LOTS)
    ]
    head = "Lot;Nature;Etage;Quotités;Nom;Prénom;Rue et numéro;Code postal;Localité"
    return "\n".join([head, *lines]).encode()


class Office:
    """A client of the REST interface, signed in anew after each start."""

    def __init__(self) -> None:
        self.client = httpx.Client(base_url=f"{BASE}/api/v1", timeout=60)
        signed_in = self.client.post("/auth/login", json={"email": "syndic@demo.koprogo.be", "password": PASSWORD})
        self.client.headers["authorization"] = f"Bearer {signed_in.json()['token']}"

    def draft(self, name: str) -> str:
        made = self.client.post("/imports", files={"file": (f"{name}.csv", register(), "text/csv")})
        run_id = made.json()["id"]
        building = {
            "name": name, "address": "Rue Haute 1", "postcode": "1000", "city": "Bruxelles", "language": "fr",
            "deed_total": str(LOTS * 100), "as_of": "2026-01-01",
        }  # fmt: skip
        assert self.client.put(f"/imports/{run_id}", json={"building": building}).status_code == 200
        return run_id

    def commit(self, run_id: str) -> None:
        self.client.post(f"/imports/{run_id}/commit").raise_for_status()

    def lots(self, name: str) -> list[int]:
        """How many lots each building of this name has."""
        found = self.client.get("/buildings", params={"per_page": 1000}).json()["data"]
        of = [building["id"] for building in found if building["name"] == name]
        return [len(self.client.get(f"/buildings/{building}/units").json()) for building in of]


def wait_for_writing(database: EmbeddedPg) -> None:
    """Returns while a transaction of the application has written and is not committed."""
    url = database.url("admin", driver="postgresql")
    busy = "SELECT 1 FROM pg_stat_activity WHERE usename = 'koprogo_app' AND backend_xid IS NOT NULL"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(busy).fetchone() is None:
            pass


def kill_database(database: EmbeddedPg) -> None:
    postmaster = int((database.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("victims", [("server",), ("database",), ("server", "database")], ids="+".join)
def test_a_register_is_written_whole_or_not_at_all(server, victims):
    name, office, database = f"Coupure {'+'.join(victims)}", Office(), EmbeddedPg(server.folder / "postgres")
    run_id, answers = office.draft(name), []

    def commit() -> None:
        try:
            office.commit(run_id)
            answers.append("written")
        except httpx.HTTPError:
            answers.append("cut")

    writing = threading.Thread(target=commit)
    writing.start()
    wait_for_writing(database)
    if "server" in victims:
        server.kill()
    if "database" in victims:
        kill_database(database)
    writing.join(60)
    assert answers == ["cut"]

    if "server" not in victims:
        server.stop()
    server.start()
    office = Office()
    assert office.lots(name) in ([], [LOTS])
    if not office.lots(name):
        office.commit(run_id)  # the draft is still there, with what was decided
    assert office.lots(name) == [LOTS]
