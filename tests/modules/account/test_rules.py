import pytest

from koprogo_app.auth.sessions import Deactivated, WrongCredentials
from koprogo_app.core.errors import Conflict, Invalid, NotFound, TooMany
from koprogo_app.modules.account.rules import PROBLEMS, device_of, problem_of, sentence_of


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (WrongCredentials(3), ("wrong", 3)),
        (Deactivated("This account is deactivated. Ask your syndic."), ("deactivated", 0)),
        (TooMany("Later.", seconds=61), ("locked", 2)),
        (TooMany("Later.", seconds=60), ("locked", 1)),
        (Invalid("Choose a password of at least {count} characters.", count=10), ("short", 10)),
        (NotFound("This link no longer works. Ask for a new one."), ("expired", 0)),
        (Conflict("Something else."), ("refused", 0)),
    ],
)
def test_a_refusal_travels_as_a_code_and_a_figure(error, problem):
    assert problem_of(error) == problem


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (4, "{count} attempts left"),
        (2, "{count} attempts left"),
        (1, "One attempt left"),
        (0, "last attempt"),
        (-9, "last attempt"),
    ],
)
def test_one_and_no_attempt_have_sentences_of_their_own(left, words):
    assert words in sentence_of("wrong", left)


def test_an_invented_code_says_nothing_invented():
    assert sentence_of("<script>", 7) == PROBLEMS["refused"]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36 Edg/138.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
            ("Safari", "macOS"),
        ),
        ("curl/8.14", ("", "")),
    ],
)
def test_a_device_is_known_by_its_browser_and_system(agent, device):
    assert device_of(agent) == device
