"""Where the text of an OFD object is shown (GB/T 33190, 8.4 and 8.5): its clips, and its boundary.

Whether a clip stands in the object's space before its CTM or after is told by TransFlag, which producers
forget: what is outside both ways is not shown, what is outside one way may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from extract.readers.lattice.ink import Box
from extract.readers.matrix import Matrix
from extract.readers.ofd.package import child, children, numbers
from extract.readers.ofd.path import subpaths

#: Boundaries are rounded: within so much of a character's width.
ROUNDED = 0.1
_SAME = Matrix(1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Clips:
    """The boxes around the areas of each clip, in the object's space; a point that is shown stands in one
    area of every clip. None is an area of which nothing is told."""

    clips: Sequence[Sequence[Box | None]] = ()

    def hold(self, spaces: Sequence[Matrix], x: float, y: float) -> list[bool]:
        """Whether a point of the page is shown, for each space that the clips may stand in."""
        return [
            all(any(_holds(area, space, x, y) for area in clip) for clip in self.clips) for space in spaces
        ]


def clips_of(element: etree._Element) -> Clips:
    """The clips of a graphic object."""
    listed = child(element, "Clips")
    if listed is None:
        return Clips()
    return Clips([[_area(area) for area in children(clip, "Area")] for clip in children(listed, "Clip")])


def is_beyond(box: Box, boundary: Box) -> bool:
    """Whether a character stands wholly beyond its object's boundary, which has an extent: programs that keep
    to the standard cut it off there, and others show it."""
    if boundary.area <= 0:
        return False
    rounded = ROUNDED * (box.x1 - box.x0)
    return box.x0 >= boundary.x1 - rounded or box.x1 <= boundary.x0 + rounded


def _area(area: etree._Element) -> Box | None:
    path = child(area, "Path")
    data = child(path, "AbbreviatedData")
    if path is None or data is None:
        return None
    x, y, *_ = numbers(path.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    to_object = Matrix(1, 0, 0, 1, x, y).then(Matrix(*(numbers(area.get("CTM"), 6) or _SAME)))
    inner = Matrix(*(numbers(path.get("CTM"), 6) or _SAME)).then(to_object)
    points = [inner.point(*point) for points, _ in subpaths(data.text or "") for point in points]
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _holds(area: Box | None, space: Matrix, x: float, y: float) -> bool:
    if area is None:
        return True
    box = space.box(*area)
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom
