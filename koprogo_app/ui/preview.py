"""Preview of a paper or a picture, from its REST address, before anything leaves."""

from typing import Literal

import reflex as rx

from .button import file_link
from .layer import layer
from .text import Text, t


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
    paper = rx.el.iframe(src=url, title=title, class_name="paper")
    picture = rx.el.img(src=url, alt=title, class_name="paper")
    shown = (
        rx.cond(kind == "image", picture, paper)
        if isinstance(kind, rx.Var)
        else (picture if kind == "image" else paper)
    )
    below = rx.el.div(file_link(t("Download"), download if download is not None else url), class_name="acts")
    return layer(trigger, title, shown, below, look="dlg wide full", open=open, on_open_change=on_open_change)
