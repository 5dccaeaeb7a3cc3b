"""The reading that stands for a report, and what the others are to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from extract.builds.copies.candidates import Listing, Listings, ReadReport
from extract.builds.copies.groups import groups, versions

CHOSEN, OLDER, SAME = "chosen", "older_version", "same_content"
_ROLES = {"article": "page", "attachment": "attachment", "picture": "picture_version"}
_READ = ("ok", "partial", "empty_form")
_STATUSES = (*_READ, "no_tables", "unreadable")
_PICTURE = "ocr"
_NEVER = datetime.max.replace(tzinfo=UTC)
# The rules in the order in which they decide, with what is said of a reading that one of them set aside.
RULES = (
    "读到表格者优先 | one whose form was read goes before one without",
    "网站现有版本优先 | the version that the site has now goes before an older one",
    "读得完整者优先 | a form read whole goes before one read in part",
    "无疑问数字多者优先 | more numbers without a doubt",
    "正文优先于附件 | a page goes before its attachment",
    "文字优先于图像识别 | text goes before recognised print",
    "发布后有改动的地址优先 | an address that was changed after publication has the latest",
    "仍在列表中者优先 | one that its column still lists",
    "机关自己的栏目优先于门户 | the agency's own column goes before the government's",
    "最早见到者优先 | the one seen first",
    "内容摘要在前者 | the lesser hash",
)


class AmbiguousCopyError(LookupError):
    """Two copies of the same bytes at one address, first seen at one time."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A row of the table `copies` but for what its cells say (`extract.schemas.COPIES`)."""

    report_id: str
    copy_id: str
    role: str
    url: str | None
    source_sha256: str
    first_seen: datetime | None
    last_seen: datetime | None
    next_version: str | None
    rule: str


def copies(readings: Sequence[ReadReport], listings: Listings) -> Iterator[Copy]:
    """Every reading of every report, at each address where it stood; a report's chosen one first."""
    by_file = {reading.source_sha256: reading for reading in readings}
    following = dict(versions(listings))
    replaced = {one: by_file[sha256].report_id for one, sha256 in following.items() if sha256 in by_file}
    revised = set(following.values())
    for group in groups(readings, listings):
        ranked = sorted(group, key=lambda reading: _rank(reading, listings, revised))
        for reading in ranked:
            yield from _rows(ranked[0], reading, listings, replaced, revised)


def last_seen(listings: Listings) -> Mapping[tuple[str, str, datetime], datetime]:
    """When a copy was last seen, by the hash of its bytes, its address and when it was first seen there.

    AmbiguousCopyError where these tell no copy from another.
    """
    times: dict[tuple[str, str, datetime], datetime] = {}
    for sha256, places in listings.of_file.items():
        for seen in _places(places):
            key = sha256, seen[0].final_url, min(one.first_seen for one in seen)
            time = max(one.last_seen for one in seen)
            if times.setdefault(key, time) != time:
                raise AmbiguousCopyError(f"{key[1]} of {key[2]} was last seen at two times")
    return times


def _rank(reading: ReadReport, listings: Listings, revised: set[str]) -> tuple[object, ...]:
    """One term a rule of RULES; the least goes first."""
    sha256 = reading.source_sha256
    places = listings.of_file.get(sha256, ())
    return (
        reading.status not in _READ,
        bool(places) and not any(one.current for one in places),
        _STATUSES.index(reading.status),
        reading.flagged - reading.numbers,
        bool(places) and all(one.part != "article" for one in places),
        reading.reader == _PICTURE,
        sha256 not in revised,
        bool(places) and not any(one.listed for one in places),
        bool(places) and not any(one.owner for one in places),
        min((one.first_seen for one in places), default=_NEVER),
        reading.report_id,
    )


def _rows(
    chosen: ReadReport,
    reading: ReadReport,
    listings: Listings,
    replaced: Mapping[Listing, str],
    revised: set[str],
) -> Iterator[Copy]:
    rule = (
        ""
        if reading is chosen
        else _rule(_rank(chosen, listings, revised), _rank(reading, listings, revised))
    )
    places = _places(listings.of_file.get(reading.source_sha256, ()))
    standing = min(range(len(places)), key=lambda number: _rank_of_place(places[number]), default=0)
    for number, seen in enumerate(places or [()]):
        role = _role(chosen, reading, seen[0] if seen else None, listings)
        yield Copy(
            chosen.report_id,
            reading.report_id,
            CHOSEN if reading is chosen and number == standing else role,
            seen[0].final_url if seen else reading.url,
            reading.source_sha256,
            min((one.first_seen for one in seen), default=None),
            max((one.last_seen for one in seen), default=None),
            next((replaced[one] for one in seen if one in replaced), None),
            rule,
        )


def _rule(chosen: Sequence[object], other: Sequence[object]) -> str:
    return next(rule for rule, a, b in zip(RULES, chosen, other, strict=True) if a != b)


def _places(listings: Sequence[Listing]) -> list[Sequence[Listing]]:
    """Listings by the address of the file and whether it still stands there; a file may stand in several
    columns."""
    found: dict[tuple[str, bool, str], list[Listing]] = {}
    for one in listings:
        # A version that came back has two times of its own.
        span = "" if one.current else str(one.first_seen.date())
        found.setdefault((one.final_url, one.current, span), []).append(one)
    return list(found.values())


def _rank_of_place(seen: Sequence[Listing]) -> tuple[bool, bool, bool, datetime]:
    """Where the same bytes stand at several addresses: as RULES have it for readings."""
    return (
        not seen[0].current,
        not any(one.listed for one in seen),
        not any(one.owner for one in seen),
        min(one.first_seen for one in seen),
    )


def _role(chosen: ReadReport, reading: ReadReport, place: Listing | None, listings: Listings) -> str:
    if place is not None and not place.current:
        return OLDER
    articles = {one.article for one in listings.of_file.get(chosen.source_sha256, ())}
    if place is not None and place.article in articles and reading is not chosen:
        return _ROLES[place.part]
    if reading is chosen or (reading.numbers and reading.content_hash == chosen.content_hash):
        return SAME
    return "repost"
