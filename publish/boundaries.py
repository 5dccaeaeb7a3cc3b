"""Boundaries that somebody gives, as outlines for the page's map of coverage.

gknb brings none: a map of China that is published needs a review number (审图号), and which map it is, and
whether it may be shown, is for the one who publishes the page. Without a file coverage is tiles.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, isfinite, log, pi, radians, sin, tan
from pathlib import Path
from typing import Any

# Properties of a feature that may hold its division code, as the usual files name them.
CODES = (
    "code",
    "adcode",
    "ad_code",
    "division_code",
    "region_code",
    "gb",
    "pac",
    "id",
    "区划代码",
    "行政区划代码",
)
# The drawing is so wide, in steps; points that fall on the same step are one.
WIDTH = 1000
# Lambert's conformal cone with the parallels and the meridian that maps of China have.
_SOUTH, _NORTH, _MERIDIAN = radians(25), radians(47), radians(105)

Point = tuple[float, float]


class BoundariesError(ValueError):
    """A file that holds no boundaries that can be drawn; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Outlines by division code, as paths of SVG in a box of `WIDTH` by `height`; those without a code, such
    as lines, under the empty one. `name` is the file's, `sha256` of its bytes."""

    name: str
    sha256: str
    height: int
    outlines: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As the page reads them."""
        return {"name": self.name, "width": WIDTH, "height": self.height, "outlines": self.outlines}


def read_boundaries(path: Path) -> Boundaries:
    """The boundaries in a GeoJSON file: features in degrees, each with a division code of six digits in one
    of its properties (`CODES`); a code that ends in zeros is a prefecture's or a province's."""
    try:
        data = path.read_bytes()
        told = json.loads(data)
    except OSError as error:
        raise BoundariesError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BoundariesError(f"{path}: no JSON ({error}); give boundaries as GeoJSON") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not features:
        raise BoundariesError(f"{path}: no features; give boundaries as a GeoJSON FeatureCollection")
    lines: dict[str, list[list[Point]]] = {}
    for number, feature in enumerate(features, 1):
        try:
            found = [[_projected(point) for point in line] for line in _lines(feature["geometry"])]
            lines.setdefault(_code(feature), []).extend(found)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise BoundariesError(
                f"{path}: feature {number} has no lines in degrees (longitude, latitude) that can be drawn: "
                f"{error}"
            ) from error
    if set(lines) <= {""}:
        raise BoundariesError(
            f"{path}: no feature has a division code of six digits; name the property one of "
            f"{', '.join(CODES)}"
        )
    outlines, height = _drawn(lines)
    return Boundaries(path.name, hashlib.sha256(data).hexdigest(), height, outlines)


def _code(feature: Mapping[str, Any]) -> str:
    """The division code of a feature, six digits; the empty one where it has none."""
    told = {str(name).lower(): value for name, value in (feature.get("properties") or {}).items()}
    told.setdefault("id", feature.get("id"))
    for name in CODES:
        text = str(told.get(name) if told.get(name) is not None else "")
        # Also of twelve digits, as statisticians write them, and after 156, which is China among countries.
        if match := re.fullmatch(r"(?:156)?(\d{6})(?:0{6})?(?:\.0)?", text, re.ASCII):
            return match[1]
        if re.fullmatch(r"\d{2}|\d{4}", text, re.ASCII):
            return text.ljust(6, "0")
    return ""


def _lines(geometry: Mapping[str, Any] | None) -> Iterator[Sequence[Sequence[float]]]:
    """The lines of a geometry: rings of polygons, too."""
    if geometry is None:
        return
    coordinates, depth = geometry.get("coordinates"), {
        "LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2, "Point": -1, "MultiPoint": -1,
    }  # fmt: skip
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _lines(part)
        return
    if geometry["type"] not in depth:
        raise ValueError(f"{geometry['type']!r} is no geometry of GeoJSON")
    parts: list[Any] = [coordinates] if depth[geometry["type"]] >= 0 else []
    for _ in range(depth[geometry["type"]]):
        parts = [inner for part in parts for inner in part]
    yield from parts


def _projected(point: Sequence[float]) -> Point:
    longitude, latitude = float(point[0]), float(point[1])
    if not (isfinite(longitude) and -180 <= longitude <= 180 and -85 <= latitude <= 85):
        raise ValueError(f"{longitude}, {latitude} are no degrees")
    cone = log(cos(_SOUTH) / cos(_NORTH)) / log(_tangent(_NORTH) / _tangent(_SOUTH))
    scale = cos(_SOUTH) * _tangent(_SOUTH) ** cone / cone
    away = scale / _tangent(radians(latitude)) ** cone
    turned = cone * (radians(longitude) - _MERIDIAN)
    return away * sin(turned), away * cos(turned)


def _tangent(latitude: float) -> float:
    return tan(pi / 4 + latitude / 2)


def _drawn(lines: Mapping[str, Sequence[Sequence[Point]]]) -> tuple[dict[str, str], int]:
    """The lines of each code as one path, and the height of the whole."""
    points = [point for of_code in lines.values() for line in of_code for point in line]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    step = max(right - left, high - low, 1e-9) / WIDTH
    paths = {}
    for code, of_code in sorted(lines.items()):
        drawn = []
        for line in of_code:
            stepped = [(round((x - left) / step), round((y - low) / step)) for x, y in line]
            kept = [point for at, point in enumerate(stepped) if at == 0 or point != stepped[at - 1]]
            if len(kept) > 1:
                drawn.append("M" + "L".join(f"{x} {y}" for x, y in kept))
        paths[code] = "".join(drawn)
    return paths, round((high - low) / step)
