"""Many letters as one file for the printer, each on a sheet of its own."""

import io
from collections.abc import Callable, Iterable
from typing import BinaryIO

from pypdf import PdfReader, PdfWriter


def merged(letters: Iterable[tuple[str, str]], read: Callable[[str], bytes], out: BinaryIO, *, duplex: bool) -> int:
    """Writes the letters (key, recipient), which `read` gives, one after the other, each with a bookmark; returns the pages.

    `duplex`: an empty page after an odd number of pages, so that no letter begins on the back of another.
    """
    writer = PdfWriter()
    for key, recipient in letters:
        first = len(writer.pages)
        writer.append(PdfReader(io.BytesIO(read(key))), import_outline=False)
        writer.add_outline_item(title=recipient, page_number=first)
        if duplex and (len(writer.pages) - first) % 2:
            writer.add_blank_page()
    writer.compress_identical_objects(remove_unreferenced=True)
    writer.write(out)
    return len(writer.pages)
