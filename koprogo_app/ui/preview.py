"""Preview of a paper or a picture, from its REST address, before anything leaves."""

from typing import Any, Literal

import reflex as rx

from .button import file_link
from .layer import layer
from .text import Text, t


class Frame(rx.Component):
    """A paper shown by the browser itself; named, a form can be answered in it."""

    tag = "iframe"
    _is_tag_in_global_scope = True
    src: rx.Var[str]
    title: rx.Var[str]
    name: rx.Var[str]
    on_load: rx.EventHandler[rx.event.no_args_event_spec]


def paper(url: Text, title: Text, *, name: str | None = None, on_load: Any = None) -> rx.Component:
    """A PDF inside the page. `name`: target of a native form; `on_load`: a handler, once the paper is there."""
    more = {key: value for key, value in {"name": name, "on_load": on_load}.items() if value is not None}
    return Frame.create(src=url, title=title, class_name="paper", **more)


def preview(
    trigger: rx.Component | None,
    title: Text,
    url: Text,
    *,
    kind: Literal["pdf", "image"] | rx.Var[str] = "pdf",
    open: rx.Var[bool] | None = None,
    on_open_change: object = None,
    download: Text | None = None,
) -> rx.Component:
    """A dialog with the document and a link to download it. The REST route checks the rights, as always."""
    pdf = paper(url, title)
    picture = rx.el.img(src=url, alt=title, class_name="paper")
    shown = (
        rx.cond(kind == "image", picture, pdf) if isinstance(kind, rx.Var) else (picture if kind == "image" else pdf)
    )
    below = rx.el.div(file_link(t("Download"), download if download is not None else url), class_name="acts")
    return layer(trigger, title, shown, below, look="dlg wide full", open=open, on_open_change=on_open_change)
