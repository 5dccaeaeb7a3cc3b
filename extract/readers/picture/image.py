"""Pictures -> arrays of grey levels, upright and clean, at a resolution that the rest can count on.

What a scanner adds is taken away here: the seal, the shade of the paper, the angle the sheet lay at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from extract.document import UnreadableDocumentError

# Rows of pixels, 0 to 255; with a third axis where the picture is in colour.
Levels = NDArray[Any]

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
# A report of 50 pages in one long picture at 150 dpi.
MOST_PIXELS = 89_000_000
MOST_PAGES = 200
# What is worked on: below the first, rules and small print fall apart; the second bounds time and memory.
LEAST_DPI, MOST_WORKED_PIXELS = 200.0, 40_000_000
# What pages that hold pictures are drawn at: copiers scan at 200 to 300 dots per inch.
RENDERED_DPI = 300.0
# Resolutions that a picture's own word is believed for, and the width of the sheet where it says nothing.
CREDIBLE_DPI = (90.0, 650.0)
USUAL_WIDTH_INCHES = 8.27
SCREEN_DPI = 96.0
# A seal is red by so many levels, and from 18 to 60 mm across, round or square.
RED = 40
SEAL_POINTS = (50.0, 170.0)
SEAL_ASPECT = 0.6
# How far from its ink, in points, a seal still tints the paper.
SEAL_EDGE = 0.8
# Sheets lie askew by up to so many degrees; further and it was laid on purpose.
MOST_ASKEW = 5.0
# The picture is looked at in so many pixels across to find its angle, roughly and in the end.
_ROUGH_WIDTH, _ANGLE_WIDTH = 500, 1000
# What Pillow raises for broken pictures.
_DAMAGE = (OSError, ValueError, SyntaxError, IndexError, TypeError)


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as a picture: colour levels (rows x columns x blue, green, red), and dots per inch."""

    colours: Levels
    dpi: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page made upright and clean: grey levels on white, and pixels a point. `under_seals` are the levels
    of the same page with the ink under its seals left as it is, None where it has no seal."""

    levels: Levels
    scale: float
    under_seals: Levels | None = None

    def turned_by(self, quarters: int) -> Sheet:
        """The page turned by so many right angles, counter-clockwise."""
        seen = None if self.under_seals is None else _quarters(self.under_seals, quarters)
        return Sheet(_quarters(self.levels, quarters), self.scale, seen)

    def seen_again(self) -> Sheet:
        """The page for a second look: what the first took away as a seal has taken no ink with it here."""
        return self if self.under_seals is None else Sheet(self.under_seals, self.scale)


def _quarters(levels: Levels, quarters: int) -> Levels:
    return np.ascontiguousarray(np.rot90(levels, quarters))


def scans(data: bytes) -> Iterator[Scan]:
    """The pages of a picture file: all of a TIFF, the first frame of a GIF.

    Raises UnreadableDocumentError: damaged, too_large, unsupported_format.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pages = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if pages > MOST_PAGES:
                raise UnreadableDocumentError(
                    "too_large", f"{pages} pages, the limit is {MOST_PAGES}: cut the report out"
                )
            for number in range(pages):
                image.seek(number)
                if image.width * image.height > MOST_PIXELS:
                    raise _too_many_pixels()
                upright = ImageOps.exif_transpose(image)
                yield Scan(_colours(upright), _dpi(image, upright.width))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise UnreadableDocumentError(
            "unsupported_format", "no picture format that is read here: save it as PNG or JPEG"
        ) from error
    except _DAMAGE as error:
        message = f"the picture breaks off ({error}): fetch it again"
        raise UnreadableDocumentError("damaged", message) from error


def _too_many_pixels() -> UnreadableDocumentError:
    message = f"the picture has over {MOST_PIXELS:,} pixels: cut it in parts"
    return UnreadableDocumentError("too_large", message)


def _colours(image: Image.Image) -> Levels:
    """Blue, green, red on white where the picture is transparent."""
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, layered)
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _dpi(image: Image.Image, width: int) -> float:
    said = image.info.get("dpi", (0, 0))[0]
    if CREDIBLE_DPI[0] <= float(said) <= CREDIBLE_DPI[1] and said != SCREEN_DPI:
        return float(said)
    return min(max(width / USUAL_WIDTH_INCHES, SCREEN_DPI), CREDIBLE_DPI[1])


def sheet(scan: Scan) -> Sheet:
    """The page with the seal and the shade of the paper taken away, set straight, at a workable size."""
    height, width = scan.colours.shape[:2]
    factor = max(1.0, LEAST_DPI / scan.dpi)
    factor = min(factor, (MOST_WORKED_PIXELS / (height * width)) ** 0.5)
    colours = scan.colours
    if factor != 1:
        kind = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        colours = cv2.resize(colours, None, fx=factor, fy=factor, interpolation=kind)
    scale = scan.dpi * factor / 72
    found = seals(colours, scale)
    levels = even(without_seal(colours, scale, found), scale)
    angle = askew(levels)
    if not found:
        return Sheet(straight(levels, angle), scale)
    grey = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
    for area in found:
        grey[area] = np.maximum(grey[area], colours[area][:, :, 2])
    return Sheet(straight(levels, angle), scale, straight(even(grey, scale), angle))


def seals(colours: Levels, scale: float) -> list[tuple[slice, slice]]:
    """The red areas of a seal's size and shape: rows and columns of each."""
    blue, green, red = (colours[:, :, i].astype(np.int16) for i in range(3))
    reddish = ((red - np.maximum(blue, green)) > RED).astype(np.uint8)
    if not reddish.any():
        return []
    reach = max(int(4 * scale), 1) | 1
    near = cv2.morphologyEx(reddish, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near)
    least, most = (size * scale for size in SEAL_POINTS)
    found = []
    for label in range(1, count):
        x, y, across, down, _ = stats[label]
        longer, shorter = max(across, down), min(across, down)
        if least <= longer <= most and shorter >= SEAL_ASPECT * longer:
            margin = int(2 * scale)
            rows, columns = (
                slice(max(at - margin, 0), at + size + margin) for at, size in ((y, down), (x, across))
            )
            found.append((rows, columns))
    return found


def without_seal(colours: Levels, scale: float, found: Sequence[tuple[slice, slice]]) -> Levels:
    """Grey levels, the seals shown as the red channel sees them: white, but for the print under them."""
    grey = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
    for area in found:
        grey[area] = np.maximum(grey[area], _red_seen_as_paper(colours[area], scale))
    return grey


def _red_seen_as_paper(colours: Levels, scale: float) -> Levels:
    """The red channel, lifted by as much as the ink of a seal darkens even that; at its edges, where
    compression has washed the red out, as in the ink beside them."""
    red = colours[:, :, 2].astype(np.int16)
    reach = max(round(SEAL_EDGE * scale), 1) | 1
    tint = red - np.minimum(colours[:, :, 0], colours[:, :, 1])
    ink: Levels = cv2.dilate(tint, np.ones((reach, reach), np.uint8))
    lifted: Levels = np.clip(red + ink // 2, 0, 255).astype(np.uint8)
    return lifted


def even(levels: Levels, scale: float) -> Levels:
    """The page with its paper white everywhere: levels over those of the paper around them."""
    small = cv2.resize(levels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    reach = max(int(3 * scale), 3) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), reach)
    paper = cv2.resize(paper, (levels.shape[1], levels.shape[0]), interpolation=cv2.INTER_LINEAR)
    white: Levels = cv2.divide(levels, np.maximum(paper, 1), scale=255)
    return white


def straight(levels: Levels, angle: float) -> Levels:
    """The page turned by the few degrees that it lies askew."""
    return levels if abs(angle) < 0.02 else turned(levels, angle)


def turned(levels: Levels, degrees: float) -> Levels:
    """The page turned counter-clockwise about its middle, white where nothing was."""
    height, width = levels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(levels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def askew(levels: Levels) -> float:
    """By how many degrees, counter-clockwise, a page must be turned for its lines to lie level, or to stand
    upright where it lies on its side.

    Lines that lie level leave the sharpest steps between full and empty pixel rows.
    """
    angles = np.arange(-MOST_ASKEW, MOST_ASKEW + 0.25, 0.5)
    ways = (levels, np.rot90(levels))
    rough = [(_profiled(way, _ROUGH_WIDTH), place) for place, way in enumerate(ways)]
    tried = ((_sharpness(ink, angle), float(angle), place) for ink, place in rough for angle in angles)
    _, best, place = max(tried)
    ink = _profiled(ways[place], _ANGLE_WIDTH)
    for reach, step in ((0.5, 0.1), (0.1, 0.02)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda angle: _sharpness(ink, angle)))
    return best


def _profiled(levels: Levels, across: int) -> Levels:
    """The ink of a page so many pixels across, blurred, or the page as it stands would look sharper than any
    that turning has blurred."""
    factor = min(1.0, across / levels.shape[1])
    small = cv2.resize(levels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    blurred: Levels = cv2.GaussianBlur(255 - small[: 2 * across], (0, 0), across / _ANGLE_WIDTH)
    return blurred


def _sharpness(small: Levels, angle: float) -> float:
    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    sums = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR).sum(
        axis=1, dtype=np.float64
    )
    return float(np.square(np.diff(sums)).sum())
