"""`data/registry/places.csv`, derived from the divisions tables: `python -m extract.agencies.places.derived`.

The source (areacodes) has one row a code, name and span of years, with the codes that followed. A place is
what goes on under one identity through such spans. Two spans are the same place where one begins in the year
in which the other ends, and

1. the code stays (a rename: 楚州区 -> 淮安区), or
2. one of the successors carries the name on, the class of division apart (抚宁县 -> 抚宁区), and nobody else
   brings that name there, or
3. each is the other's only follower and only forerunner (a new code: 342502 宁国市 -> 341881).

Whatever merges or splits besides is another place, reached through its successors. Prefectures have no
successors in the source: they are where their counties went in the year that they ended.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Complaints, Row, TableError, read
from extract.agencies.places.words import stem
from extract.agencies.tables import table

HISTORY = ("code", "name", "level", "since", "until", "successor_codes")
CURRENT = ("code", "level", "parent_code", "name", "since")
COLUMNS = (
    "place_id", "division_code", "name", "level", "parent", "valid_from", "valid_to", "successors", "change",
    "source",
)  # fmt: skip
# A place's id is the code it bore at the end of this year, or last before; later codes leave it alone.
IDS_OF_YEAR = 2024
SOURCE, DERIVED = "areacodes", "areacodes; successors are where its counties went"
LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}
_SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")


@dataclass(frozen=True, slots=True)
class Span:
    """One code under one name: in force at the end of the years `since` to `until` - 1.

    `successors` at the end; `parts` are (code, year): a part of the territory that went there in that year.
    """

    code: str
    name: str
    level: str
    since: int
    until: int | None
    successors: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    source: str = SOURCE

    def covers(self, year: int) -> bool:
        """Whether the span was in force at the end of `year`."""
        return self.since <= year and (self.until is None or year < self.until)


def derive(directory: Path = REGISTRY) -> str:
    """The text of places.csv that the divisions tables of `directory` give. TableError if unsound."""
    spans = _with_prefecture_successors(_spans(directory))
    parents = {row["code"]: row["parent_code"] for row in _current(directory)}
    following = _continuations(spans)
    ids = _place_ids(spans, following)
    before = {after: span for span, after in following.items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    by_code = _by_code(spans)
    for span in sorted(spans, key=lambda s: (s.code, s.since)):
        parent = parents.get(span.code) if span.until is None else None
        known = parent is not None and (parent == "" or parent in by_code)
        writer.writerow(
            (
                ids[span],
                span.code,
                span.name,
                span.level,
                parent if known else _parent(span, by_code),
                span.since,
                span.until or "",
                ";".join([*span.successors, *(f"{code}[{year}]" for code, year in span.parts)]),
                _change(before.get(span), span),
                span.source,
            )
        )
    return text.getvalue()


def _current(directory: Path) -> list[Row]:
    return read(table("divisions.csv", directory), CURRENT)


def _spans(directory: Path) -> list[Span]:
    """The spans of the history; without one (a registry of one's own) those of the divisions in use."""
    complain = Complaints()
    path = directory / "divisions_history.csv"
    if not path.exists() and (directory / "divisions.csv").exists():
        spans = [
            Span(row["code"], row["name"], LEVELS[row["level"]], int(row["since"]), None, (), ())
            for row in _current(directory)
            if _sound(row, complain)
        ]
    else:
        spans = [
            Span(
                row["code"],
                row["name"],
                LEVELS[row["level"]],
                int(row["since"]),
                int(row["until"]) if row["until"] else None,
                tuple(code for code, year in _successors(row) if year is None),
                tuple((code, year) for code, year in _successors(row) if year is not None),
            )
            for row in read(table("divisions_history.csv", directory), HISTORY)
            if _sound(row, complain)
        ]
    complain.check()
    return spans


def _sound(row: Row, complain: Complaints) -> bool:
    known = len(complain.problems)
    if not re.fullmatch(r"\d{6}", row["code"]):
        complain(row, f"code {row['code']!r} should have six digits")
    if row["level"] not in LEVELS:
        complain(row, f"level {row['level']!r} should be one of {', '.join(LEVELS)}")
    years = [row["since"], *([row["until"]] if row.cells.get("until") else [])]
    if not all(re.fullmatch(r"\d{4}", year) for year in years):
        complain(row, f"since and until should be years, but are {', '.join(years)}")
    elif len(years) == 2 and years[0] >= years[1]:
        complain(row, f"since {years[0]} is not before until {years[1]}")
    if not all(
        _SUCCESSOR.fullmatch(part) for part in row.cells.get("successor_codes", "").split(";") if part
    ):
        complain(row, f"successor_codes {row['successor_codes']!r} should be codes, each perhaps with [year]")
    return len(complain.problems) == known


def _successors(row: Row) -> list[tuple[str, int | None]]:
    found = _SUCCESSOR.findall(row["successor_codes"])
    return [(code, int(year) if year else None) for code, year in found]


def _by_code(spans: Iterable[Span]) -> dict[str, list[Span]]:
    by_code: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_code[span.code].append(span)
    return by_code


def _in_force(code: str, year: int, by_code: Mapping[str, Sequence[Span]]) -> Span | None:
    return next((span for span in by_code.get(code, ()) if span.covers(year)), None)


def _parent(span: Span, by_code: Mapping[str, Sequence[Span]]) -> str:
    """The prefecture that the code's first four digits name, if it existed then, else the province, else
    nothing: a registry of one's own may hold a few counties only."""
    last = (span.until or IDS_OF_YEAR + 1) - 1
    prefecture = f"{span.code[:4]}00"
    if span.level == "county" and any(_in_force(prefecture, year, by_code) for year in (last, span.since)):
        return prefecture
    province = f"{span.code[:2]}0000"
    return province if span.level != "province" and province in by_code else ""


def _with_prefecture_successors(spans: Sequence[Span]) -> list[Span]:
    by_code = _by_code(spans)
    counties: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for span in spans:
        if span.level == "county" and span.until:
            counties[f"{span.code[:4]}00", span.until].append(span)
    return [
        _prefecture(span, counties[span.code, span.until], by_code)
        if span.level == "prefecture" and span.until and not span.successors
        else span
        for span in spans
    ]


def _prefecture(span: Span, counties: Sequence[Span], by_code: Mapping[str, Sequence[Span]]) -> Span:
    assert span.until is not None
    if _in_force(span.code, span.until, by_code):
        went: tuple[str, ...] = (span.code,)
    else:
        codes = {code for county in counties for code in county.successors}
        went = tuple(sorted({f"{c[:4]}00" for c in codes if _in_force(f"{c[:4]}00", span.until, by_code)}))
        if not went and codes:
            # Chongqing: the counties came directly under a province.
            went = tuple(sorted({f"{c[:2]}0000" for c in codes}))
    return Span(span.code, span.name, span.level, span.since, span.until, went, span.parts, DERIVED)


def _continuations(spans: Sequence[Span]) -> dict[Span, Span]:
    """Which span goes on as which other: one to one."""
    by_code = _by_code(spans)
    forward = {
        span: [s for code in span.successors if (s := _in_force(code, span.until, by_code))]
        for span in spans
        if span.until is not None
    }
    backward: dict[Span, list[Span]] = defaultdict(list)
    for span, successors in forward.items():
        for successor in successors:
            backward[successor].append(span)

    def begins(after: Span, span: Span) -> bool:
        return after.since == span.until

    def same_code(span: Span, after: Span) -> bool:
        return span.code == after.code

    def only_bearer(span: Span, after: Span) -> bool:
        name = stem(span.name)
        heirs = [s for s in forward[span] if begins(s, span) and stem(s.name) == name]
        bringers = [s for s in backward[after] if begins(after, s) and stem(s.name) == name]
        return heirs == [after] and bringers == [span]

    def only_each_other(span: Span, after: Span) -> bool:
        return forward[span] == [after] and backward[after] == [span]

    following: dict[Span, Span] = {}
    taken: set[Span] = set()
    for rule in (same_code, only_bearer, only_each_other):
        for span, successors in forward.items():
            for after in successors:
                if span not in following and after not in taken and begins(after, span) and rule(span, after):
                    following[span] = after
                    taken.add(after)
    return following


def _chains(spans: Sequence[Span], following: Mapping[Span, Span]) -> Iterator[list[Span]]:
    later = set(following.values())
    for span in spans:
        if span not in later:
            chain = [span]
            while chain[-1] in following:
                chain.append(following[chain[-1]])
            yield chain


def _place_ids(spans: Sequence[Span], following: Mapping[Span, Span]) -> dict[Span, str]:
    """Each span's place_id. A place that came back under its old code and name is the same place; where a
    code was given to another place later, the earlier one's id has the year of its end (``511400-1997``)."""
    chains: dict[str, list[list[Span]]] = defaultdict(list)
    for chain in _chains(spans, following):
        of_year = [span for span in chain if span.since <= IDS_OF_YEAR] or chain[:1]
        chains[of_year[-1].code].append(chain)
    ids: dict[Span, str] = {}
    for code, bearers in chains.items():
        last = max(bearers, key=lambda chain: chain[-1].since)
        names = {span.name for span in last}
        for chain in bearers:
            same = chain is last or chain[-1].name in names
            for span in chain:
                ids[span] = code if same else f"{code}-{chain[-1].until}"
    return ids


def _change(before: Span | None, span: Span) -> str:
    """How a span came about: ``began``, or from the place's span before: ``recoded``, ``renamed``, both, or
    ``continued`` where only its prefecture changed."""
    if before is None:
        return "began"
    recoded = ["recoded"] if before.code != span.code else []
    renamed = ["renamed"] if before.name != span.name else []
    return " ".join(recoded + renamed) or "continued"


def main(arguments: Sequence[str] = ()) -> int:
    """Write places.csv beside the divisions tables of a registry, the project's own unless one is named."""
    directory = Path(arguments[0]) if arguments else REGISTRY
    try:
        text = derive(directory)
    except TableError as error:
        print(error, file=sys.stderr)
        return 1
    (directory / "places.csv").write_text(text, encoding="utf-8")
    print(f"{directory / 'places.csv'}: {text.count(chr(10)) - 1} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
