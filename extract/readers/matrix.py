"""Transformations of the plane, as PDF and OFD write them."""

from __future__ import annotations

from typing import NamedTuple

from extract.readers.lattice.ink import Box


class Matrix(NamedTuple):
    """A transformation: x' = a x + c y + e, y' = b x + d y + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def then(self, after: Matrix) -> Matrix:
        """This transformation followed by another."""
        return Matrix(
            self.a * after.a + self.b * after.c,
            self.a * after.b + self.b * after.d,
            self.c * after.a + self.d * after.c,
            self.c * after.b + self.d * after.d,
            self.e * after.a + self.f * after.c + after.e,
            self.e * after.b + self.f * after.d + after.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The upright box around a transformed rectangle."""
        if not self.b and not self.c:
            x0, y0, x1, y1 = (
                self.a * x0 + self.e,
                self.d * y0 + self.f,
                self.a * x1 + self.e,
                self.d * y1 + self.f,
            )
            return Box(
                x0 if x0 <= x1 else x1,
                y0 if y0 <= y1 else y1,
                x1 if x0 <= x1 else x0,
                y1 if y0 <= y1 else y0,
            )
        xs, ys = zip(*(self.point(x, y) for x in (x0, x1) for y in (y0, y1)), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))
