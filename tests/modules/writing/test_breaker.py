"""The breaker's states, by a clock that the test winds."""

import pytest

from koprogo_app.core.config import settings
from koprogo_app.modules.writing import breaker
from koprogo_app.modules.writing.breaker import Breaker, Standing


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broken(clock) -> Breaker:
    """One that has just opened."""
    made = Breaker(clock)
    for _ in range(3):
        assert made.allows()
        made.failed("timeout")
    return made


def test_a_new_one_lets_everything_through(clock):
    made = Breaker(clock)
    assert [made.allows(), made.allows(), made.allows()] == [True, True, True]
    assert made.standing == Standing("closed", 0, "", 0)


def test_two_failures_are_not_enough_and_a_success_forgets_them(clock):
    made = Breaker(clock)
    for _ in range(5):
        made.failed("timeout")
        made.failed("timeout")
        assert made.standing == Standing("closed", 2, "timeout", 0)
        made.succeeded()
    assert made.allows()
    assert made.standing == Standing("closed", 0, "", 0)


def test_the_third_failure_in_a_row_opens_it_for_sixty_seconds(broken, clock):
    assert broken.standing == Standing("open", 3, "timeout", 60)
    clock.seconds += 59.9
    assert not broken.allows()
    clock.seconds += 0.1
    assert broken.standing == Standing("open", 3, "timeout", 0)
    assert broken.allows()


def test_one_request_alone_tries_it(broken, clock):
    clock.seconds += 60
    assert [broken.allows(), broken.allows(), broken.allows()] == [True, False, False]
    assert broken.standing.state == "trial"


def test_a_trial_that_succeeds_closes_it(broken, clock):
    clock.seconds += 60
    broken.allows()
    broken.succeeded()
    assert [broken.allows(), broken.allows()] == [True, True]


def test_a_trial_that_fails_opens_it_again_for_sixty_seconds(broken, clock):
    clock.seconds += 60
    broken.allows()
    broken.failed("endpoint: status 500")
    assert broken.standing == Standing("open", 4, "endpoint: status 500", 60)
    clock.seconds += 59
    assert not broken.allows()
    clock.seconds += 1
    assert broken.allows()


def test_a_trial_that_its_reader_gave_up_leaves_the_next_one_to_try(broken, clock):
    clock.seconds += 60
    assert broken.allows()
    broken.given_up()
    assert [broken.allows(), broken.allows()] == [True, False]


def test_answers_that_were_under_way_when_it_opened_keep_it_open(broken, clock):
    clock.seconds += 30
    broken.failed("timeout")
    assert broken.standing == Standing("open", 4, "timeout", 60)


def test_each_model_of_an_endpoint_has_its_own():
    assert breaker.of("http://a/v1", "m") is breaker.of("http://a/v1", "m")
    assert breaker.of("http://a/v1", "m") is not breaker.of("http://a/v1", "n")


def test_without_an_endpoint_nothing_stands(monkeypatch):
    monkeypatch.setattr(settings(), "llm_base_url", "")
    assert breaker.standing() is None
