"""Upload of a file to the REST API. The browser's own file field, with drag, progress and the refusal in words beside.

The type and the size are told before. The file goes by multipart POST to an authenticated route (never through the
socket, never to a public folder); the answer is JSON with an "id", or {"error": …} in the reader's language
(Accept-Language).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx

from .text import Text, t


class UploadBox(rx.Component):
    library = "$/public/upload.js"
    tag = "UploadBox"
    url: rx.Var[str]
    name: rx.Var[str]
    accept: rx.Var[str]
    max_bytes: rx.Var[int]
    multiple: rx.Var[bool]
    fields: rx.Var[dict[str, str]]
    words: rx.Var[dict[str, str]]
    on_done: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def upload(
    url: Text,
    label: Text,
    on_done: Any,
    *,
    types: Sequence[str],
    max_mb: int,
    name: str = "file",
    fields: Mapping[str, Text] | None = None,
    multiple: bool = False,
) -> rx.Component:
    """A place to drop or choose a file. `on_done` gets the id of each stored file.

    types: extensions, (".pdf", ".xlsx"). max_mb: as the route checks it. fields: sent along, e.g. a building's id.
    """
    words = {
        "label": label,
        "choose": t("Choose a file"),
        "drop": t("or drop it here"),
        "limits": t(
            "{types}, {size} MB at most", types=", ".join(kind.lstrip(".").upper() for kind in types), size=max_mb
        ),
        "type": t("This file is not of an accepted type ({types}).", types=", ".join(types)),
        "size": t("This file is larger than {size} MB.", size=max_mb),
        "sending": t("Sending…"),
        "stored": t("Stored"),
        "cancel": t("Cancel the upload"),
        "failed": t("The file could not be sent. Check the connection and try again."),
        "again": t("Try again"),
    }
    return UploadBox.create(
        url=url,
        name=name,
        accept=",".join(types),
        max_bytes=max_mb * 1024 * 1024,
        multiple=multiple,
        fields=dict(fields or {}),
        words=words,
        on_done=on_done,
    )
