"""Whether anybody is still there: work that goes on in the background for a page stops when its tab is closed."""

import reflex as rx
from reflex.utils.prerequisites import get_app


def connected(state: rx.State) -> bool:
    """False when the tab of a state is gone."""
    space = get_app().app.event_namespace
    return space is None or state.router.session.client_token in space.token_to_sid
