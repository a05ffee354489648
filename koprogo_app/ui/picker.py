"""A choice among many: type to search, accents ignored. Under 15 choices, form.select_field is enough."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from .form import Box, Choice, Errors
from .text import Text, t


class PickerBox(rx.Component):
    library = "$/public/picker.js"
    tag = "PickerBox"
    options: rx.Var[list[Any]]
    name: rx.Var[str]
    value: rx.Var[str]
    words: rx.Var[dict[str, str]]
    invalid: rx.Var[bool]
    described: rx.Var[str]
    on_pick: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_create: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def picker(
    label: Text,
    name: str,
    options: Sequence[tuple[str, Text]] | rx.Var[list[Choice]],
    *,
    value: Text = "",
    hint: Text | None = None,
    errors: Errors | None = None,
    required: bool = False,
    topic: str | None = None,
    id: str | None = None,
    on_change: Any = None,
    on_search: Any = None,
    on_create: Any = None,
) -> rx.Component:
    """The value of the chosen option is sent with the form under `name`.

    on_search: with a list too long for the page, the server narrows `options` to what is typed. on_create: offered when
    nothing is found; gets what was typed.
    """
    box = Box(label, name, hint, errors, required, topic, id)
    listed: Any = (
        options if isinstance(options, rx.Var) else [{"value": given, "label": word} for given, word in options]
    )
    words = {"none": t("Nothing found."), "create": t("Create “{text}”")}
    events = {"on_pick": on_change, "on_search": on_search, "on_create": on_create}
    control = PickerBox.create(
        options=listed,
        name=name,
        value=value,
        words=words,
        invalid=box.wrong,
        described=box.described,
        id=box.id,
        **{k: v for k, v in events.items() if v is not None},
    )
    return box.around(control)
