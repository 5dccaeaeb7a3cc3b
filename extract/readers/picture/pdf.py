"""Pages of a PDF drawn as pictures."""

from __future__ import annotations

import math
from contextlib import closing

import numpy as np
import pypdfium2

from extract.readers.picture.image import MOST_WORKED_PIXELS, RENDERED_DPI, Scan


def drawn(data: bytes, index: int) -> Scan:
    """Page `index`, from 0, as a person sees it."""
    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[index]) as page:
        width, height = page.get_size()
        scale = min(RENDERED_DPI / 72, math.sqrt(MOST_WORKED_PIXELS / max(width * height, 1.0)))
        colours = page.render(scale=scale, may_draw_forms=False).to_numpy()
    return Scan(np.ascontiguousarray(colours[:, :, :3]), scale * 72)
