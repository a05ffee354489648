"""When a co-ownership may pass to another syndic."""

from dataclasses import replace

import pytest

from koprogo_app.modules.transfers import rules

WHOLE = rules.Facts(3, 3, 1000, 1000, has_deed=True, has_house_rules=True)


@pytest.mark.parametrize(
    ("change", "reason", "code"),
    [
        ({}, "", None),
        ({"shares_entered": 999}, "Known", "shares"),  # arithmetic: no reason passes it over
        ({"shares_entered": 1001}, "Known", "shares"),
        ({"lots_entered": 2}, "", "lots"),
        ({"lots_entered": 4}, "", "lots"),
        ({"lots_entered": 2}, "The garage is not sold yet", None),
        ({"has_deed": False}, " ", "deed"),
        ({"has_house_rules": False}, "", "house_rules"),
    ],
)
def test_what_stops_a_transfer(change, reason, code):
    refused = rules.refused(rules.checks(replace(WHOLE, **change)), reason)
    assert (refused.code if refused else None) == code
