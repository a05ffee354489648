"""Forms: a visible label, a hint below, the error in place of the hint. Typed values are never lost.

Inputs are uncontrolled: what is typed stays in the browser until it is sent. `value` is the initial value; when the
server sends another one (a record has been loaded), the field takes it. `errors` is the state's `errors: dict[str,
str]`, filled by @event; its keys are the names of the fields. A submit gives the handler a dict of text: an
unticked checkbox is absent, a ticked one is "on".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from .button import Kind, button
from .help import help_button
from .icon import icon
from .text import Text, t

Errors = Any  # a Var of dict[str, str]
Options = Sequence[tuple[str, Text]] | rx.Var[Any]


@dataclass
class Choice:
    """One option of a select, a picker or a radio group whose list comes from a state: `list[Choice]`."""

    value: str
    label: str


def field(
    label: Text,
    name: str,
    *,
    type: Literal["text", "email", "password", "tel", "url", "search", "number", "time"] = "text",
    hint: Text | None = None,
    errors: Errors | None = None,
    value: Text | None = None,
    required: bool = False,
    read_only: bool = False,
    disabled: rx.Var[bool] | bool = False,
    autocomplete: str | None = None,
    inputmode: Literal["text", "decimal", "numeric", "email", "tel", "url"] | None = None,
    placeholder: Text | None = None,
    unit: Text | None = None,
    large: bool = False,
    topic: str | None = None,
    id: str | None = None,
    on_change: Any = None,
    on_blur: Any = None,
    **attributes: Any,
) -> rx.Component:
    """A line of text. Amounts: inputmode="decimal", unit="€" (the server reads `1 234,56`, `1.234,56` and `120+35`)."""
    box = Box(label, name, hint, errors, required or read_only, topic, id)
    control = rx.el.input(
        type=type,
        **box.attributes(required=required, custom=attributes.pop("custom_attrs", None)),
        **_given(
            default_value=value,
            key=value,
            read_only=read_only or None,
            disabled=disabled if disabled is not False else None,
            auto_complete=autocomplete,
            input_mode=inputmode,
            placeholder=placeholder,
            on_change=on_change,
            on_blur=on_blur,
        ),
        **attributes,
    )
    look = " ".join(c for c, on in (("inp", True), ("num", inputmode == "decimal"), ("lg", large)) if on)
    extra = [rx.el.span(unit, class_name="unit", aria_hidden="true")] if unit is not None else []
    lock = [icon("lock", "s")] if read_only else []
    return box.around(rx.el.div(*lock, control, *extra, class_name=look))


def money_field(label: Text, name: str, **options: Any) -> rx.Component:
    """An amount in euros."""
    return field(label, name, **{"inputmode": "decimal", "unit": "€", "autocomplete": "off", **options})


def date_field(
    label: Text,
    name: str,
    *,
    hint: Text | None = None,
    errors: Errors | None = None,
    value: Text | None = None,
    required: bool = False,
    moment: bool = False,
    min: Text | None = None,
    max: Text | None = None,
    topic: str | None = None,
    id: str | None = None,
    on_change: Any = None,
) -> rx.Component:
    """A day by the browser's own calendar: ISO `2026-11-23` is sent; `moment` adds the hour, `2026-11-23T18:30`."""
    box = Box(label, name, hint, errors, required, topic, id)
    control = rx.el.input(
        type="datetime-local" if moment else "date",
        **box.attributes(required=required),
        **_given(default_value=value, key=value, min=min, max=max, on_change=on_change),
    )
    return box.around(rx.el.div(control, class_name="inp"))


def textarea(
    label: Text,
    name: str,
    *,
    hint: Text | None = None,
    errors: Errors | None = None,
    value: Text | None = None,
    required: bool = False,
    rows: int = 4,
    placeholder: Text | None = None,
    topic: str | None = None,
    id: str | None = None,
    on_change: Any = None,
) -> rx.Component:
    """Several lines of text."""
    box = Box(label, name, hint, errors, required, topic, id)
    control = rx.el.textarea(
        rows=rows,
        **box.attributes(required=required),
        **_given(default_value=value, key=value, placeholder=placeholder, on_change=on_change),
    )
    return box.around(rx.el.div(control, class_name="inp"), "field span")


def select_field(
    label: Text,
    name: str,
    options: Options,
    *,
    hint: Text | None = None,
    errors: Errors | None = None,
    value: Text = "",
    required: bool = False,
    blank: Text | None = None,
    disabled: rx.Var[bool] | bool = False,
    topic: str | None = None,
    id: str | None = None,
    on_change: Any = None,
) -> rx.Component:
    """One of a list: pairs (value, word), or a state's `list[Choice]`. `blank`: the word of "none". Over 15 choices:
    picker().
    """
    box = Box(label, name, hint, errors, required, topic, id)
    empty = [rx.el.option(blank, value="")] if blank is not None else []
    # a select takes its initial value when its options are there: it is made anew when their number changes
    key = f"{name}-{value}" if isinstance(value, str) else value
    if isinstance(options, rx.Var):
        listed = [rx.foreach(options, lambda o: rx.el.option(o.label, value=o.value))]
        key = rx.Var.create(key).to(str) + options.to(list).length().to_string()
    else:
        listed = [rx.el.option(word, value=given) for given, word in options]
    control = rx.el.select(
        *empty,
        *listed,
        default_value=value,
        key=key,
        **box.attributes(required=required),
        **_given(on_change=on_change, disabled=disabled if disabled is not False else None),
    )
    return box.around(rx.el.div(control, icon("chevron-down"), class_name="inp pick"))


def checkbox(
    label: Text,
    name: str,
    *,
    checked: rx.Var[bool] | bool = False,
    hint: Text | None = None,
    errors: Errors | None = None,
    value: str = "on",
    on_change: Any = None,
    id: str | None = None,
) -> rx.Component:
    """Yes or no, sent with the form."""
    box = Box(label, name, hint, errors, True, None, id or (None if value == "on" else f"f-{name}-{value}"))
    given = _given(on_change=on_change, value=value if value != "on" else None)
    control = rx.el.input(
        type="checkbox", default_checked=checked, key=checked, **box.attributes(required=False), **given
    )
    return rx.el.div(
        rx.el.label(control, rx.el.span(label), html_for=box.id, class_name="check"), box.below(), class_name="field"
    )


def switch(label: Text, checked: rx.Var[bool], on_change: Any, *, hint: Text | None = None) -> rx.Component:
    """Acts at once: `on_change` gets the new value. A choice that is sent with a form is a checkbox."""
    words = [rx.el.span(label), *([rx.el.span(hint, class_name="hint")] if hint is not None else [])]
    control = rx.el.input(type="checkbox", role="switch", checked=checked, on_change=on_change)
    return rx.el.label(control, rx.el.span(*words), class_name="check")


def radio_group(
    legend: Text,
    name: str,
    options: Sequence[tuple[str, Text] | tuple[str, Text, Text]],
    *,
    value: Text = "",
    hint: Text | None = None,
    errors: Errors | None = None,
    inline: bool = False,
    on_change: Any = None,
) -> rx.Component:
    """Two to five choices, all seen: (value, word) or (value, word, explanation)."""
    box = Box(legend, name, hint, errors, True, None, None)

    def choice(option: Sequence[Any]) -> rx.Component:
        words = [rx.el.span(option[1]), *[rx.el.span(more, class_name="hint") for more in option[2:]]]
        more = _given(on_change=on_change)
        control = rx.el.input(
            type="radio",
            name=name,
            value=option[0],
            custom_attrs={"id": f"f-{name}-{option[0]}"},
            default_checked=value == option[0],
            key=f"{option[0]}-{value}",
            aria_describedby=box.described,
            **more,
        )
        return rx.el.label(control, rx.el.span(*words), class_name="check")

    choices = rx.el.div(*[choice(option) for option in options], class_name="radios line" if inline else "radios")
    return rx.el.fieldset(rx.el.legend(legend, id=box.id, tab_index=-1), choices, box.below(), class_name="group")


def fieldset(legend: Text, *children: Any, hint: Text | None = None) -> rx.Component:
    """A named group of fields, laid out in columns that fit."""
    lead = [rx.el.p(hint, class_name="hint")] if hint is not None else []
    return rx.el.fieldset(rx.el.legend(legend), *lead, rx.el.div(*children, class_name="fields"), class_name="group")


def fields(*children: Any) -> rx.Component:
    """Fields side by side where they fit."""
    return rx.el.div(*children, class_name="fields")


def form(
    on_submit: Any,
    *children: Any,
    submit: Text,
    errors: Errors | None = None,
    busy: rx.Var[bool] | bool = False,
    disabled: rx.Var[bool] | bool = False,
    reason: Text | None = None,
    secondary: Sequence[rx.Component] = (),
    kind: Kind = "solid",
    icon_name: str | None = None,
    key: Text | None = None,
    id: str | None = None,
) -> rx.Component:
    """A form sent to a state's handler (dict of text).

    key: the id of the record, so that another record starts afresh.
    After a refusal the summary takes the focus and links to each field.
    """
    send = button(submit, type="submit", kind=kind, icon_name=icon_name, busy=busy, disabled=disabled, reason=reason)
    summary = [error_summary(errors)] if errors is not None else []
    actions = rx.el.div(*secondary, send, class_name="acts right")
    return rx.el.form(
        *summary, *children, actions, on_submit=on_submit, no_validate=True, class_name="form", **_given(key=key, id=id)
    )


def error_summary(errors: Errors) -> rx.Component:
    """What to correct, each with a link to its field; takes the focus when it appears or changes."""

    def entry(pair: Any) -> rx.Component:
        focus = rx.run_script(rx.Var(f"document.getElementById('f-' + {pair[0]!s})?.focus()"))
        return rx.el.li(rx.el.A.create(pair[1], href="#f-" + pair[0], on_click=focus))

    box = rx.el.div(
        icon("circle-alert"),
        rx.el.div(rx.el.b(t("Nothing was saved. Check these fields:")), rx.el.ul(rx.foreach(errors.entries(), entry))),
        class_name="note bad",
        tab_index=-1,
        role="alert",
        key=errors.to_string(),
        on_mount=rx.run_script("document.querySelector('[data-summary]')?.focus()"),
        custom_attrs={"data-summary": ""},
    )
    return rx.cond(errors.length() > 0, box)


class Box:
    """Label, hint and error of one control, and the attributes that bind them to it."""

    def __init__(
        self,
        label: Text,
        name: str,
        hint: Text | None,
        errors: Errors | None,
        plain: bool,
        topic: str | None,
        id: str | None,
    ) -> None:
        self.label, self.name, self.hint, self.plain, self.topic = label, name, hint, plain, topic
        self.id = id or f"f-{name}"
        self.wrong: Any = errors.contains(name) if errors is not None else False
        self.message: Any = errors[name] if errors is not None else ""
        hinted = f"{self.id}-hint" if hint is not None else ""
        self.described: Any = rx.cond(self.wrong, f"{self.id}-error", hinted) if errors is not None else hinted

    def attributes(self, *, required: bool, custom: dict[str, str] | None = None) -> dict[str, Any]:
        # the id is not given to Reflex: it would send the value a second time, under the id
        given: dict[str, Any] = {"name": self.name, "custom_attrs": {"id": self.id, **(custom or {})}}
        if required:
            given["required"] = True
        if not isinstance(self.described, str) or self.described:
            given["aria_describedby"] = self.described
        if self.wrong is not False:
            given["aria_invalid"] = rx.cond(self.wrong, "true", "false")
        return given

    def below(self) -> rx.Component:
        hint = (
            rx.el.span(self.hint, class_name="hint", id=f"{self.id}-hint") if self.hint is not None else rx.fragment()
        )
        if self.wrong is False:
            return hint
        error = rx.el.span(icon("circle-alert"), rx.el.span(self.message), class_name="err", id=f"{self.id}-error")
        return rx.cond(self.wrong, error, hint)

    def around(self, control: rx.Component, look: str = "field") -> rx.Component:
        optional = [] if self.plain else [rx.el.span(t("optional"), class_name="opt")]
        words = rx.el.label(self.label, *optional, html_for=self.id, class_name="lab")
        head = rx.el.div(words, help_button(self.topic), class_name="lab") if self.topic else words
        return rx.el.div(head, control, self.below(), class_name=look)


def _given(**props: Any) -> dict[str, Any]:
    return {name: value for name, value in props.items() if value is not None}
