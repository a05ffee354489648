from datetime import date

import pytest

from koprogo_app.core.i18n import Money, Msgid, translate

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("locale", "said"), [("fr", "01/03/2026"), ("nl", "01/03/2026"), ("de", "01.03.2026"), ("en", "01/03/2026")]
)
def test_a_day_inside_a_sentence_is_written_as_its_reader_writes_it(locale, said):
    assert translate(locale, "No such sentence: {day}.", day=DAY) == f"No such sentence: {said}."


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr", "-1\u00a0234,50\u00a0€"),
        ("nl", "€\u00a0-1.234,50"),
        ("de", "-1.234,50\u00a0€"),
        ("en", "-1.234,50\u00a0€"),
    ],
)
def test_an_amount_inside_a_sentence_is_in_euros(locale, said):
    assert translate(locale, "No such sentence: {left}.", left=Money(-123450)) == f"No such sentence: {said}."


def test_a_number_and_a_text_stay_as_they_are_and_a_message_is_translated():
    assert (
        translate("nl", "{n} {name}: {what}", n=3, name="x", what=Msgid("Cancel"))
        == f"3 x: {translate('nl', 'Cancel')}"
    )
