"""Charts whose Chinese labels show, drawn without a browser and without a network.

Pictures are drawn by vl-convert with the fonts of this machine. Where it has no Chinese one, the labels would
be missing in silence, so `use_charts` says so. The package ``pylopdf-fonts-zh-cn``, of the extra
``notebooks``, brings Noto Sans SC; the system's package is called fonts-noto-cjk on Debian and
google-noto-sans-cjk-fonts on Fedora.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Chinese fonts that people have: of the package and of Linux, of macOS, of Windows. The first that is there
# is used; a browser that shows the SVG chooses anew.
FONTS = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "sans-serif",
)  # fmt: skip
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
# Dots of a picture by point of the chart.
SCALE = 2


class NoChineseFontWarning(UserWarning):
    """Pictures will lack their Chinese labels; the message says what to install."""


def use_charts() -> None:
    """Let Altair draw pictures with Chinese labels; NoChineseFontWarning where this machine has no font."""
    import altair
    import vl_convert

    if (package := find_spec(FONT_PACKAGE)) and package.submodule_search_locations:
        vl_convert.register_font_directory(package.submodule_search_locations[0])
    altair.theme.register("gknb", enable=True)(_theme)
    altair.renderers.enable("png", scale_factor=SCALE)
    if not shows_chinese():
        warnings.warn(
            "this machine has no Chinese font, so pictures lack their Chinese labels: "
            "pip install pylopdf-fonts-zh-cn, or install Noto Sans CJK with the system's packages",
            NoChineseFontWarning,
            stacklevel=2,
        )


def signed(chart: Any, title: str, lines: Sequence[str]) -> Any:
    """The chart under its title and the lines that say where its figures come from (`query.provenance`)."""
    import altair as alt

    head = alt.TitleParams(
        title, subtitle=list(lines), anchor="start", subtitleColor="#555555", subtitleFontSize=11, offset=14
    )
    return chart.properties(title=head)


def footed(chart: Any, lines: Sequence[str]) -> Any:
    """The chart with the lines that say where its figures come from at its foot."""
    import altair as alt

    foot = alt.TitleParams(
        list(lines), orient="bottom", anchor="start", color="#555555", fontSize=10, fontWeight="normal"
    )
    return alt.vconcat(chart, title=foot)


def save_chart(chart: Any, path: Path, lines: Sequence[str]) -> tuple[Path, Path]:
    """Save an Altair chart as ``path.svg`` and ``path.png``, at its foot the lines that say where its figures
    come from; both paths."""
    path.parent.mkdir(parents=True, exist_ok=True)
    svg, png = path.with_suffix(".svg"), path.with_suffix(".png")
    whole = footed(chart, lines)
    whole.save(svg)
    whole.save(png, scale_factor=SCALE)
    return svg, png


def shows_chinese() -> bool:
    """Whether pictures tell Chinese characters apart: without a font they are all blank, or the same box."""
    return _drawn("县") != _drawn("区")


def _drawn(character: str) -> bytes:
    import vl_convert

    return bytes(
        vl_convert.svg_to_png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
            f'<text x="4" y="32" font-size="30" font-family="{_families(chr(39))}">{character}</text></svg>'
        )
    )


def _theme() -> Any:
    view = {"continuousWidth": 420, "continuousHeight": 260, "discreteWidth": {"step": 36}}
    return {"config": {"font": _families('"'), "view": view}}


def _families(quote: str) -> str:
    return ", ".join(f"{quote}{font}{quote}" if " " in font else font for font in FONTS)
