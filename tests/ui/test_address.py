"""What a list takes from its address when it is opened."""

from types import SimpleNamespace

import pytest

from koprogo_app.ui.address import narrow


def opened(query, search="", filters=None):
    url = SimpleNamespace(query_parameters=query)
    return SimpleNamespace(router=SimpleNamespace(url=url), page=3, search=search, filters=filters or {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "company"}, ("", {"kind": "company"})),
        ({"search": "be", "kind": ""}, ("be", {})),
        ({"other": "1", "document": "x"}, ("", {})),
        ({"search": "x" * 200}, ("x" * 100, {})),
    ],
)
def test_the_names_of_the_list_are_taken_and_no_other(query, expected):
    state = opened(query, search="old", filters={"kind": "person"})
    narrow(state, "kind", "city")
    assert (state.search, state.filters, state.page) == (*expected, 1)


def test_what_stands_there_already_keeps_the_page():
    state = opened({"kind": "person"}, filters={"kind": "person"})
    narrow(state, "kind", "city")
    assert (state.filters, state.page) == ({"kind": "person"}, 3)
