from uuid import UUID

import pytest
import reflex as rx
from conftest import as_role, send
from modules.letters.conftest import a_person, letters_of, make, the_owner

from koprogo_app.core.actor import Role
from koprogo_app.core.db import transaction
from koprogo_app.modules.letters import pages
from koprogo_app.modules.letters.own_state import MyLettersState
from koprogo_app.modules.letters.state import LetterRunState
from koprogo_app.modules.owners.models import Owner

S = LetterRunState


def test_the_page_says_how_far_a_run_is_and_follows_it(opened, alice, house, begun):
    run = begun()
    state = opened(S, run_id=run.id, building_id=house.id)
    assert send(state, S.load) is S.follow
    assert (state.title, state.done, state.whole, state.waiting, state.said) == (
        "Appel de fonds",
        0,
        5,
        5,
        "0 of 5 letters",
    )
    make(alice, run.id)
    assert send(state, S.load) is None
    assert (state.done, state.waiting, state.to_post, state.failed) == (5, 0, 3, 0)
    assert {c.key: c.value for c in state.counts} == {
        "waiting": "0",
        "made": "3",
        "sent": "2",
        "failed": "0",
        "refused": "0",
    }
    eva = next(row for row in state.rows if row.recipient == "Eva")
    assert (eva.place, eva.language, eva.channel, eva.status, eva.pages, eva.error) == (
        "BE 1000",
        "Français",
        "post",
        "made",
        "1",
        "",
    )
    assert eva.file == f"/api/v1/letters/{eva.id}/pdf"


def test_what_failed_is_said_in_words_and_made_again_on_request(opened, alice, house, begun):
    nowhere = a_person(alice, "Nowhere", address="", postal_code="", city="")
    run = begun("eva", more=(nowhere,))
    make(alice, run.id)
    state = opened(S, run_id=run.id, building_id=house.id)
    send(state, S.load)
    row = next(row for row in state.rows if row.recipient == "Nowhere")
    assert (row.status, row.file, row.error) == (
        "failed",
        "",
        "The postal address is incomplete: it needs a name, a street and a place.",
    )
    with transaction(alice.organization_id) as s:
        owner = s.get_one(Owner, nowhere)
        owner.address, owner.postal_code, owner.city = "Rue 1", "5000", "Namur"
    assert send(state, S.retry) is S.follow
    make(alice, run.id)
    send(state, S.load)
    assert (state.failed, state.to_post) == (0, 2)


def test_what_the_page_showed_is_what_is_posted(opened, alice, house, begun):
    run = begun()
    make(alice, run.id)
    state = opened(S, run_id=run.id, building_id=house.id)
    send(state, S.load)
    send(state, S.posted)
    assert (state.to_post, {row.status for row in state.rows}) == (0, {"sent"})
    stale = opened(S, run_id=run.id, building_id=house.id)
    send(stale, S.posted)  # a second click finds nothing left
    assert {one.status for one in letters_of(run.id)} == {"sent"}


@pytest.mark.parametrize("address", ["nonsense", str(UUID(int=7))])
def test_an_unknown_run_is_said_to_be_missing(opened, house, address):
    state = opened(S, run_id=address, building_id=house.id)
    send(state, S.load)
    assert (state.missing, state.rows, state.waiting) == (True, [], 0)


def test_an_accountant_sees_the_run_and_sends_nothing(opened, alice, house, begun):
    run = begun()
    make(alice, run.id)
    state = opened(S, as_role(alice, Role.ACCOUNTANT), run_id=run.id, building_id=house.id)
    send(state, S.load)
    assert state.total == 5
    send(state, S.posted)
    send(state, S.retry)
    assert {one.status for one in letters_of(run.id) if one.channel == "post"} == {"made"}


def test_the_page_is_drawn(monkeypatch):
    for name in ("building_id", "run_id"):  # the parts of the address that Reflex declares when it compiles the routes
        monkeypatch.setattr(rx.State, name, rx.Var(name, _var_type=str), raising=False)
    assert "letter-runs" in str(pages.letter_run().render())


def test_a_co_owner_opens_his_own_letters(opened, alice, house, begun):
    run = begun()
    make(alice, run.id)
    state = opened(MyLettersState, actor=the_owner(alice, house.ana, house.id))
    send(state, MyLettersState.load)
    mine = next(one for one in letters_of(run.id) if one.owner_id == house.ana)
    assert [(x.id, x.title, x.building, x.file) for x in state.rows] == [
        (str(mine.id), "Appel de fonds", "Les Tilleuls", f"/api/v1/my-letters/{mine.id}/pdf")
    ]
    assert state.total == 1
