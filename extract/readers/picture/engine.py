"""rapidocr, offline and one a process: where lines of text stand, and what a cut-out line says.

The models lie inside the rapidocr wheel; nothing is fetched at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from rapidocr import RapidOCR

from extract.readers.lattice.ink import Box
from extract.readers.picture.words import answer

if TYPE_CHECKING:
    from extract.readers.picture.image import Levels, Sheet

# Documents are read in parallel processes: more threads in each would only stand in each other's way.
THREADS = 1
# Cut-outs of like width are read so many at once; the narrowest are widened to so many heights.
BATCH, LEAST_ASPECT = 16, 2
_HEIGHT = 48
# Lines are looked for at this resolution: body text is then some 20 pixels high, as detectors expect.
# Pictures smaller than the second, in pixels, would be enlarged before that: small ones are not to be.
DETECTION_DPI, LEAST_SIDE = 130.0, 96


@dataclass(frozen=True, slots=True)
class Said:
    """What a cut-out line was read as. `confidence` is that of the least sure character, `usual` the mean of
    all; `places` says of each character where its middle stands, 0 at the left edge of the cut-out and 1 at
    the right."""

    text: str
    confidence: float
    usual: float
    places: tuple[float, ...]


class Engine:
    """The recogniser, made by `engine()`."""

    def __init__(self) -> None:
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.return_word_box": True,
                "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": THREADS,
                "Det.limit_side_len": LEAST_SIDE,
                "Rec.rec_img_shape": [3, _HEIGHT, LEAST_ASPECT * _HEIGHT],
                "Rec.rec_batch_num": BATCH,
            }
        )

    def read(self, cuttings: Sequence[Levels]) -> list[Said]:
        """What each cut-out line says, in the same order."""
        if not cuttings:
            return []
        plain = answer("read", cuttings, partial(self._read, cuttings))
        return [Said(text, sure, usual, tuple(places)) for text, sure, usual, places in plain]

    def lines(self, page: Sheet) -> list[Box]:
        """Where lines of text stand, in points."""
        factor = min(1.0, DETECTION_DPI / (72 * page.scale))
        small = cv2.resize(page.levels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        corners = np.asarray(answer("find", [small], partial(self._find, small))) / (factor * page.scale)
        return [Box(*quad.min(axis=0).tolist(), *quad.max(axis=0).tolist()) for quad in corners]

    def _read(self, cuttings: Sequence[Levels]) -> list[tuple[Any, ...]]:
        found = self._ocr.recognize_txt([cv2.cvtColor(cutting, cv2.COLOR_GRAY2BGR) for cutting in cuttings])
        return [astuple(_said(text, word)) for text, word in zip(found.txts, found.word_results, strict=True)]

    def _find(self, small: Levels) -> list[list[list[float]]]:
        """The corners of lines of text, in pixels."""
        found = self._ocr(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
        corners: list[list[list[float]]] = (
            [] if found.boxes is None else np.asarray(found.boxes, float).tolist()
        )
        return corners


def _said(text: str, word: Any) -> Said:
    columns = [column for columns in word.word_cols for column in columns]
    length = max(word.line_txt_len, 1.0)
    places = iter([min((column + 0.5) / length, 1.0) for column in columns])
    last = 0.0
    found = []
    for character in text:
        last = last if character.isspace() else next(places, last)
        found.append(last)
    sure = word.confs if text else [0.0]
    return Said(text, min(sure), sum(sure) / len(sure), tuple(found))


@cache
def engine() -> Engine:
    """The one recogniser of this process."""
    return Engine()
