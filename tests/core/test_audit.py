import pytest
from conftest import a_building
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from koprogo_app.core import audit
from koprogo_app.core.audit import AuditEntry
from koprogo_app.core.db import transaction
from koprogo_app.core.errors import Invalid
from koprogo_app.core.service import call
from koprogo_app.modules.buildings import service


def trail(actor):
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(AuditEntry).order_by(AuditEntry.seq)))


def test_an_action_leaves_one_entry_with_who_what_and_before_and_after(alice, building):
    call(alice, service.update_building, building.id, a_building(name="Nouveau nom"))
    created, changed = trail(alice)
    assert (created.action, changed.action, changed.user_id, changed.building_id) == (
        "building created", "building changed", alice.user_id, building.id,
    )  # fmt: skip
    assert '"before":{"name":"Résidence Molière"}' in changed.payload
    assert '"after":{"name":"Nouveau nom"}' in changed.payload


def test_a_refused_action_leaves_nothing(alice):
    with pytest.raises(Invalid):
        call(alice, service.create_building, a_building(kbo="1"))
    assert trail(alice) == []


def test_the_application_cannot_rewrite_the_trail(alice, building):
    with pytest.raises(DBAPIError, match="permission denied"), transaction(alice.organization_id) as s:
        s.execute(text("UPDATE audit_entry SET action = 'nothing'"))
    with pytest.raises(DBAPIError, match="permission denied"), transaction(alice.organization_id) as s:
        s.execute(text("DELETE FROM audit_entry"))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET payload = replace(payload, 'Molière', 'Corneille') WHERE organization_id = :o AND seq = 1",
        "UPDATE audit_entry SET action = 'nothing' WHERE organization_id = :o AND seq = 2",
        "DELETE FROM audit_entry WHERE organization_id = :o AND seq = 1",
        "DELETE FROM audit_entry WHERE organization_id = :o AND seq = 3",
        "UPDATE audit_entry SET at = at + interval '1 day' WHERE organization_id = :o AND seq = 2",
    ],
)
def test_tampering_shows_at_the_right_entry(alice, building, owner_engine, tampering):
    for name in ("Deux", "Trois"):
        call(alice, service.update_building, building.id, a_building(name=name))
    with transaction(alice.organization_id) as s:
        assert audit.verify(s, alice.organization_id) is None
    with owner_engine.begin() as c:
        c.execute(text(tampering), {"o": alice.organization_id})
    with transaction(alice.organization_id) as s:
        broken = audit.verify(s, alice.organization_id)
    assert broken == int(tampering[-1])
