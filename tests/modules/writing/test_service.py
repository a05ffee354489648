"""The daily budget of an organisation, and its decision about its papers."""

from datetime import timedelta

import pytest
from conftest import as_role, make_actor, make_organization
from sqlmodel import select

from koprogo_app.core.actor import GRANTS, Permission, Role, system_actor
from koprogo_app.core.audit import AuditEntry, verify
from koprogo_app.core.clock import today
from koprogo_app.core.config import settings
from koprogo_app.core.db import everywhere, transaction
from koprogo_app.core.errors import Forbidden, Unauthorized
from koprogo_app.core.service import call
from koprogo_app.modules.writing import service
from koprogo_app.modules.writing.models import AssistantSetting, ModelUse


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    """An endpoint that these tests never ask, and 1 000 tokens a day."""
    for name, value in (("llm_base_url", "http://127.0.0.1:1/v1"), ("llm_model", "small"), ("llm_daily_tokens", 1000)):
        monkeypatch.setattr(settings(), name, value)


def uses(actor) -> list[ModelUse]:
    with transaction(actor.organization_id) as s:
        return list(s.exec(select(ModelUse).order_by(ModelUse.day)))


def last_entry(actor) -> AuditEntry:
    with transaction(actor.organization_id) as s:
        return s.exec(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()


# --- The budget ---


def test_an_answer_may_be_written_until_the_tokens_of_the_day_are_used(alice):
    assert call(alice, service.may_write)
    call(alice, service.note_use, 600, 399)
    assert call(alice, service.may_write), "999 of 1000"
    call(alice, service.note_use, 1, 0)
    assert not call(alice, service.may_write)


def test_uses_of_a_day_are_added_up(alice):
    call(alice, service.note_use, 600, 100, 2)
    call(alice, service.note_use, 50, 7)
    (use,) = uses(alice)
    assert (use.day, use.requests, use.tokens_in, use.tokens_out) == (today(), 3, 650, 107)


def test_people_of_one_office_share_its_budget(alice):
    bob = make_actor(alice.organization_id, Role.OWNER, "Bob")
    call(alice, service.note_use, 1000, 0)
    assert not call(bob, service.may_write)


def test_offices_have_budgets_apart(alice, charlie):
    call(alice, service.note_use, 1000, 0)
    assert call(charlie, service.may_write)
    assert uses(charlie) == []


def test_a_new_day_has_its_own_budget(alice):
    with transaction(alice.organization_id) as s:
        s.add(ModelUse(day=today() - timedelta(days=1), requests=9, tokens_in=5000, tokens_out=5000))
    assert call(alice, service.may_write)
    call(alice, service.note_use, 10, 5)
    assert [(use.tokens_in, use.requests) for use in uses(alice)] == [(5000, 9), (10, 1)]


@pytest.mark.parametrize("missing", ["llm_base_url", "llm_model"])
def test_without_an_endpoint_nothing_is_written(alice, monkeypatch, missing):
    monkeypatch.setattr(settings(), missing, "")
    assert not call(alice, service.may_write)


def test_a_budget_of_nothing_writes_nothing(alice, monkeypatch):
    monkeypatch.setattr(settings(), "llm_daily_tokens", 0)
    assert not call(alice, service.may_write)


def test_the_administrator_in_no_office_has_no_budget(superadmin, alice):
    assert not call(superadmin, service.may_write)
    with pytest.raises(Unauthorized):
        call(superadmin, service.note_use, 1, 1)
    call(superadmin.within(alice.organization_id), service.note_use, 7, 0)
    assert [use.tokens_in for use in uses(alice)] == [7]


def test_a_use_is_in_the_trail_with_its_model_and_without_a_word(alice):
    call(alice, service.note_use, 600, 100, 2)
    entry = last_entry(alice)
    assert (entry.action, entry.row_ids) == ("language model used", [uses(alice)[0].id])
    assert '"after":{"model":"small","requests":2,"tokens_in":600,"tokens_out":100}' in entry.payload
    with everywhere() as s:
        assert verify(s, alice.organization_id) is None


def test_uses_noted_at_once_are_all_counted(alice):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: call(alice, service.note_use, 10, 1), range(12)))
    (use,) = uses(alice)
    assert (use.requests, use.tokens_in, use.tokens_out) == (12, 120, 12)


# --- The papers ---


def test_papers_stay_here_until_the_office_decides_otherwise(alice):
    assert call(alice, service.sends_personal_data) is False
    call(alice, service.set_personal_data, True)
    assert call(alice, service.sends_personal_data) is True
    call(alice, service.set_personal_data, False)
    assert call(alice, service.sends_personal_data) is False


def test_a_row_starts_with_no():
    assert AssistantSetting().send_personal_data is False


def test_an_office_decides_for_itself_alone(alice, charlie):
    call(alice, service.set_personal_data, True)
    assert call(charlie, service.sends_personal_data) is False


def test_everyone_of_the_office_is_bound_by_its_decision(alice):
    call(alice, service.set_personal_data, True)
    assert call(make_actor(alice.organization_id, Role.OWNER, "Bob"), service.sends_personal_data) is True


def test_the_decision_is_in_the_trail_with_what_it_was(alice):
    call(alice, service.set_personal_data, True)
    entry = last_entry(alice)
    assert entry.action == "papers for the language model changed"
    assert '"after":{"send_personal_data":true},"before":{"send_personal_data":false}' in entry.payload


def test_only_those_who_say_who_is_in_the_office_decide(alice):
    deciders = {role for role in Role if Permission.MEMBERS_WRITE in GRANTS[role]}
    assert deciders == {Role.SYNDIC, Role.SUPERADMIN, Role.SYSTEM}
    for role in set(Role) - deciders:
        with pytest.raises(Forbidden):
            call(as_role(alice, role), service.set_personal_data, True)
    assert call(alice, service.sends_personal_data) is False


def test_nobody_decides_for_no_office(superadmin):
    assert call(superadmin, service.sends_personal_data) is False
    with pytest.raises(Unauthorized):
        call(superadmin, service.set_personal_data, True)
    with pytest.raises(Unauthorized):
        call(system_actor(), service.set_personal_data, True)


def test_the_platforms_administration_never_sees_another_offices_decision(superadmin, alice, charlie):
    """In no office it sees every row: its own are looked for all the same."""
    call(alice, service.set_personal_data, True)
    assert call(superadmin, service.sends_personal_data) is False
    assert call(superadmin.within(make_organization()), service.sends_personal_data) is False
