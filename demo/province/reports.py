"""What stands in an item: the generated report for a report, a few lines for a decoy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from demo.generate import Generated, generate
from demo.places import Agency, Place, agencies_of, places
from demo.province.model import County, Item
from demo.skins import SKINS

# Looks that are the report alone; the others bring a portal's page of their own around it.
PAGE_SKINS = ("html_fragment", "html_clean", "html_word", "html_split_heads")
# A silent edit is another draw of the figures.
REVISION_STEP = 1_000_003
# A county's reports and a few more.
KEPT = 64

DECOY_TEXTS = {
    "infographic": '<p><img src="/images/tujie.jpg" alt="一图读懂"></p><p>全年主动公开政府信息1280条。</p>',
    "notice": "<p>各乡镇人民政府、县政府各部门：</p><p>请于1月31日前报送年度报告，格式见附件。</p>",
    "quarter": "<table><tr><td>统计指标</td><td>数量</td></tr>"
    "<tr><td>主动公开政府信息数</td><td>312</td></tr></table>",
    "website": "<table><tr><td>网站名称</td><td>独立用户访问总量</td></tr>"
    "<tr><td>本站</td><td>20181</td></tr></table>",
}


def page_body(county: County, item: Item) -> str:
    """The item's text as inner HTML."""
    if item.report is None:
        text = DECOY_TEXTS.get(item.what, f"<p>{item.source.name}发布。</p>")
        return f"<p>{item.title}</p>{text}"
    page = on_page(county, item).data.decode("utf-8")
    body = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)
    return body[1] if body else page


def on_page(county: County, item: Item) -> Generated:
    """The report as its page shows it, with the truth of its cells. Raises ValueError for a decoy."""
    return _generated(_place(county), item, _look(item, "page", PAGE_SKINS))


def in_file(county: County, item: Item, index: int) -> Generated:
    """The report as an attachment holds it, with the truth of its cells. Raises ValueError for a decoy."""
    looks = tuple(name for name, skin in SKINS.items() if skin.format == item.file_types[index])
    return _generated(_place(county), item, _look(item, f"file {index}", looks))


def _look(item: Item, use: str, looks: Sequence[str]) -> str:
    return Random(f"{item.key} {use}").choice(looks)


@lru_cache(KEPT)
def _generated(place: Place, item: Item, skin: str) -> Generated:
    report = item.report
    if report is None:
        raise ValueError(f"{item.key} is no report")
    return generate(
        report.seed + REVISION_STEP * report.revision,
        edition=report.form,
        skin=skin,
        faults=report.faults,
        agency=_agency(place, item.source.name),
        year=report.year,
        carried_in=report.carried_in,
    )


def agency_of(code: str, name: str) -> Agency:
    """The made-up agency of that name in the county."""
    place = next(place for place in places() if place.code == code)
    return _agency(place, name)


def _agency(place: Place, name: str) -> Agency:
    return next(agency for agency in agencies_of(place) if agency.name == name)


def _place(county: County) -> Place:
    """The place of a county; one that the table lacks, as where there are hundreds, is a county by itself."""
    known = (place for place in places() if place.code == county.code)
    return next(known, None) or Place(county.code, "county", county.name, county.name)
