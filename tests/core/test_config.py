import pytest
from pydantic import ValidationError
from reflex.istate.manager import StateManager
from reflex.istate.manager.memory import StateManagerMemory

from koprogo_app.core.config import Settings

STRONG = "9f2c7a41d8e35b60c4f1a7e29d83b56f"


def configure(monkeypatch, tmp_path, **variables):
    for name, value in {
        "KOPROGO_DATA_DIR": str(tmp_path),
        "KOPROGO_MODE": "production",
        "DEPLOY_URL": "https://copro.example.be",
        **variables,
    }.items():
        monkeypatch.setenv(name, value)
    return Settings(_env_file=None)


def test_production_starts_with_a_strong_secret(monkeypatch, tmp_path):
    assert configure(monkeypatch, tmp_path, KOPROGO_SECRET=STRONG).secure_cookies


@pytest.mark.parametrize("secret", ["", "short", "a" * 40, "change-me-change-me-change-me-1234", "koprogo" + STRONG])
def test_production_refuses_a_weak_secret(monkeypatch, tmp_path, secret):
    with pytest.raises(ValidationError, match="KOPROGO_SECRET"):
        configure(monkeypatch, tmp_path, KOPROGO_SECRET=secret)


def test_production_refuses_plain_http(monkeypatch, tmp_path):
    with pytest.raises(ValidationError, match="https"):
        configure(monkeypatch, tmp_path, KOPROGO_SECRET=STRONG, DEPLOY_URL="http://copro.example.be")


def test_production_refuses_open_registration(monkeypatch, tmp_path):
    with pytest.raises(ValidationError, match="invitation"):
        configure(monkeypatch, tmp_path, KOPROGO_SECRET=STRONG, KOPROGO_OPEN_REGISTRATION="true")


def test_demo_mode_is_refused_on_a_public_address(monkeypatch, tmp_path):
    with pytest.raises(ValidationError, match="Demo mode"):
        configure(monkeypatch, tmp_path, KOPROGO_MODE="demo", KOPROGO_SECRET=STRONG)


def test_demo_mode_makes_its_own_secret_once(monkeypatch, tmp_path):
    first = configure(
        monkeypatch, tmp_path, KOPROGO_MODE="demo", DEPLOY_URL="http://localhost:8000"
    ).secret.get_secret_value()
    second = configure(
        monkeypatch, tmp_path, KOPROGO_MODE="demo", DEPLOY_URL="http://localhost:8000"
    ).secret.get_secret_value()
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Copro.Example.BE/", "https://copro.example.be"),
        ("HTTPS://copro.example.be:443", "https://copro.example.be"),
        ("https://copro.example.be:8443/", "https://copro.example.be:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_is_written_as_browsers_write_it(monkeypatch, tmp_path, given, kept):
    config = configure(monkeypatch, tmp_path, KOPROGO_SECRET=STRONG, DEPLOY_URL=given)
    assert (config.deploy_url, config.origins) == (kept, (kept,))


@pytest.mark.parametrize(
    "given",
    ["https://example.be/koprogo", "copro.example.be", "ftp://example.be", "https://me@example.be", "https://x/?a"],
)
def test_an_address_that_no_browser_would_name_is_refused(monkeypatch, tmp_path, given):
    with pytest.raises(ValidationError, match="without a path"):
        configure(monkeypatch, tmp_path, KOPROGO_SECRET=STRONG, DEPLOY_URL=given)


def test_a_demonstration_answers_to_both_names_of_this_machine(monkeypatch, tmp_path):
    config = configure(monkeypatch, tmp_path, KOPROGO_MODE="demo", DEPLOY_URL="http://127.0.0.1:8001")
    assert set(config.origins) == {"http://127.0.0.1:8001", "http://localhost:8001"}


def test_the_state_of_a_tab_is_never_written_to_disk():
    """It holds the headers of its connection, and with them the cookie of the session."""
    assert isinstance(StateManager.create(), StateManagerMemory)
