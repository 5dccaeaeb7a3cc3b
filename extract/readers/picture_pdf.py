"""Pages of a PDF that are pictures, recognised."""

from __future__ import annotations

import math
from contextlib import closing

import numpy as np
import pypdfium2

from extract.document import Note
from extract.readers.lattice import PageLayout
from extract.readers.picture import recognised
from extract.readers.picture_image import MOST_WORKED_PIXELS, Scan

# Copiers scan at 200 to 300 dots per inch.
RENDERED_DPI = 300.0


def recognised_page(data: bytes, index: int, notes: list[Note]) -> PageLayout:
    """The layout of page `index`, from 0, drawn as a picture and recognised; its note goes to `notes`."""
    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[index]) as page:
        width, height = page.get_size()
        scale = min(RENDERED_DPI / 72, math.sqrt(MOST_WORKED_PIXELS / max(width * height, 1.0)))
        colours = page.render(scale=scale, may_draw_forms=False).to_numpy()
    return recognised(Scan(np.ascontiguousarray(colours[:, :, :3]), scale * 72), index + 1, notes)
