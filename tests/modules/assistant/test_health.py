"""What /health says of the language model."""

from koprogo_app.core.config import settings
from koprogo_app.modules.assistant import health
from koprogo_app.modules.knowledge.ladder import Writer
from koprogo_app.modules.writing import breaker


def test_without_an_endpoint_no_model_is_set():
    assert health.writer() == Writer("", False, "No language model is set.")


def test_a_model_is_well_until_it_has_failed_three_times_in_a_row(endpoint):
    endpoint("fake-honest")
    watched = breaker.of(settings().llm_base_url, "fake-honest")
    for _ in range(breaker.FAILURES - 1):
        watched.failed("timeout")
    assert health.writer() == Writer("fake-honest", True)
    watched.failed("timeout")
    left_alone = health.writer()
    assert (left_alone.name, left_alone.well) == ("fake-honest", False)
    assert left_alone.why == "It failed several times in a row and is left alone for a minute."
    watched.succeeded()
    assert health.writer().well
