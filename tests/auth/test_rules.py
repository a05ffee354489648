from itertools import product
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koprogo_app.auth.rules import caller_address, check_compatible, safe_next
from koprogo_app.core.actor import Role
from koprogo_app.core.errors import Invalid

ONE, OTHER = UUID(int=1), UUID(int=2)
ROLES = [role for role in Role if role not in (Role.SYSTEM, Role.SUPERADMIN)]
# Art. 3.89 §9: in one association the syndic is neither council member nor auditor. Nothing else is forbidden.
FORBIDDEN = {frozenset({Role.SYNDIC, Role.BOARD_MEMBER}), frozenset({Role.SYNDIC, Role.AUDITOR})}


def refused(held, role, building_id):
    try:
        check_compatible(held, role, building_id)
    except Invalid as error:
        return error.field == "role"
    return False


@pytest.mark.parametrize(("held", "wanted"), list(product(ROLES, ROLES)), ids=lambda role: role.value)
def test_in_one_building_only_the_syndic_may_not_watch_himself(held, wanted):
    assert refused([(held, ONE)], wanted, ONE) == (frozenset({held, wanted}) in FORBIDDEN)


@pytest.mark.parametrize(("held", "wanted"), list(product(ROLES, ROLES)), ids=lambda role: role.value)
def test_in_two_buildings_every_two_roles_go_together(held, wanted):
    assert not refused([(held, ONE)], wanted, OTHER)


@pytest.mark.parametrize("watcher", [Role.BOARD_MEMBER, Role.AUDITOR])
def test_the_syndic_of_every_building_watches_none_of_them(watcher):
    assert refused([(Role.SYNDIC, None)], watcher, ONE)
    assert refused([(watcher, ONE)], Role.SYNDIC, None)


def test_one_forbidden_role_among_many_is_enough():
    held = [(Role.OWNER, ONE), (Role.BOARD_MEMBER, OTHER), (Role.AUDITOR, ONE)]
    assert refused(held, Role.SYNDIC, ONE)
    assert not refused(held[:2], Role.SYNDIC, ONE)
    assert not refused([], Role.SYNDIC, None)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", True, "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7", True, "203.0.113.7"),  # the first is what the caller pretends
        ("203.0.113.7", "6.6.6.6", False, "203.0.113.7"),
        ("10.0.0.1", " , ", True, "10.0.0.1"),
    ],
)
def test_the_address_of_the_caller_is_the_one_the_proxy_wrote(peer, forwarded, trusted, address):
    assert caller_address(peer, forwarded, trusted) == address


@pytest.mark.parametrize("path", ["/", "/buildings", "/buildings/42/lots?sort=name", "/documents#p3"])
def test_a_page_of_this_site_is_gone_on_to(path):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "buildings",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/auth/logout",
        "/api/v1/users",
        "/login",
    ],
)
def test_anything_else_leads_home(path):
    assert safe_next(path) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:?#@.%ahtps \t\n\r\x00é"), max_size=12))
def test_no_text_ever_leads_to_another_site(text):
    found = urlsplit(urljoin("https://koprogo.example/login", safe_next(text)))
    assert (found.scheme, found.netloc) == ("https", "koprogo.example")
