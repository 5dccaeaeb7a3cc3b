"""What an agency's printed name may mean: every reading, none preferred by likeness.

A name is places from the top down, each under the one before (新乡市红旗区), then what the agency does
(商务局), a unit below the county (螅镇, 平潭综合实验区), or a branch (新乡市生态环境局红旗分局). Every part
must be known and nothing may be left over. A name without its class (朝阳 for 朝阳区, 朝阳县, 朝阳市) is a
reading too, but an uncertain one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.agencies.places.over_time import Period
from extract.agencies.places.words import SHORTEST_STEM, is_bare_zone, words, zone_classes
from extract.agencies.registry import AgencyRegistry, Zone

LONGEST_PLACE = 16
LONGEST_UNIT = 16
BRANCH = "分局"
_ASIDE = re.compile(r"[（(〔\[【][^）)〕\]】]*[）)〕\]】]")
_EDGES = " \t　:：-_—.、，。《》“”\"'|>·"


@dataclass(frozen=True, slots=True)
class ParsedName:
    """One thing that a name may mean.

    `places`: every place that it may name, None where it names none. `certain`: the last place is named in
    full. `level_word`: 市 in 市商务局, the government's own without its name. `loose_unit`: a zone that no
    table knows and no place stands before.
    """

    places: frozenset[str] | None
    certain: bool
    function: str
    also: tuple[str, ...] = ()
    unit: str = ""
    branch: bool = False
    level_word: str = ""
    loose_unit: bool = False


@dataclass(frozen=True, slots=True)
class _Chain:
    """`under_full`: the place before the last is named in full."""

    end: int
    places: frozenset[str] | None
    certain: bool
    under_full: bool = False


def clean(printed: str) -> str:
    """A printed name without white space, brackets and what they hold, and edge punctuation.

    >>> clean(" 渠县 发展和改革局（粮食局） ：")
    '渠县发展和改革局'
    """
    text = "".join(unicodedata.normalize("NFKC", printed).split())
    return _ASIDE.sub("", text).strip(_EDGES)


def read_name(printed: str, registry: AgencyRegistry, year: int | None) -> tuple[ParsedName, ...]:
    """Every reading of an agency's name on a report of `year`; empty where it is not understood.

    Where a reading names its place in full, those that name a shorter chain of places or none are dropped;
    where 济南高新区 is the 高新区 of a place, so is a zone called 济南高新区 of a place that is not named.
    """
    text = clean(printed)
    found: list[tuple[int, ParsedName]] = []
    for prefix in registry.functions.names:
        if text.startswith(prefix):
            rest = text.removeprefix(prefix)
            for chain in _chains(rest, registry, year):
                for reading in _tail(rest[chain.end :], chain, prefix, registry, year):
                    named = reading.certain and reading.places is not None
                    found.append((chain.end + 1 if named else 0, reading))
    best = max((end for end, _ in found), default=0)
    readings = dict.fromkeys(reading for end, reading in found if end == best)
    placed = any(reading.places and is_bare_zone(reading.unit) for reading in readings)
    return tuple(reading for reading in readings if not (placed and reading.loose_unit))


def places_named(printed: str, registry: AgencyRegistry, year: int | None) -> frozenset[str]:
    """The places that a text begins with, named in full: of 渠县人民政府门户网站, 渠县."""
    certain = [c for c in _chains(clean(printed), registry, year) if c.certain and c.places]
    best = max(certain, key=lambda chain: chain.end, default=None)
    return best.places or frozenset() if best else frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """An agency named with its place in running text."""

    printed: str
    reading: ParsedName


def mentions(text: str, registry: AgencyRegistry, year: int | None) -> Iterator[Mention]:
    """The agencies that a text names with their places in full, from left to right."""
    position = 0
    while position < len(text) - 1:
        window = text[position : position + 4 * LONGEST_PLACE]
        known = registry.places.may_begin(window)
        chains = [c for c in _chains(window, registry, year, stems=False) if c.end] if known else []
        if not chains:
            position += 1
            continue
        chain = max(chains, key=lambda c: c.end)
        tail = window[chain.end :]
        lengths = range(min(len(tail), registry.functions.longest_name), 1, -1)
        for length in lengths:
            if named := registry.functions.named(tail[:length], year):
                end = chain.end + length
                for one in named:
                    reading = ParsedName(chain.places, True, one.function, one.also)
                    yield Mention(window[:end], reading)
                position += length
                break
        position += chain.end


def _chains(text: str, registry: AgencyRegistry, year: int | None, *, stems: bool = True) -> Iterator[_Chain]:
    """Every way in which a text may begin with places, the empty one first."""
    open_chains = [_Chain(0, None, True)]
    while open_chains:
        chain = open_chains.pop()
        yield chain
        for length in range(SHORTEST_STEM, min(LONGEST_PLACE, len(text) - chain.end) + 1):
            token = text[chain.end : chain.end + length]
            full = registry.places.bearers(token, year)
            uncertain = _stem_bearers(token, registry, year) if stems and not full else ()
            if places := _under(full or uncertain, chain.places, registry, year):
                under_full = chain.certain and chain.places is not None
                open_chains.append(_Chain(chain.end + length, places, bool(full), under_full))


def _stem_bearers(token: str, registry: AgencyRegistry, year: int | None) -> tuple[Period, ...]:
    return tuple(period for period in registry.places.stems.get(token, ()) if period.may_name(year))


def _under(
    periods: tuple[Period, ...], above: frozenset[str] | None, registry: AgencyRegistry, year: int | None
) -> frozenset[str]:
    """The places of `periods` that lay under one of `above`."""
    places = {period.place_id for period in periods}
    if above is None:
        return frozenset(places)
    return frozenset(p for p in places if above & set(registry.places.ancestors(p, year)))


def _tail(
    tail: str, chain: _Chain, prefix: str, registry: AgencyRegistry, year: int | None
) -> Iterator[ParsedName]:
    """What may follow the places: a function, a level word with one, a branch, a unit, nothing."""
    base = ParsedName(chain.places, chain.certain, "")
    if prefix:
        if chain.places:
            yield from _functions(tail, base, registry, year, prefix)
        return
    if not tail and chain.places:
        yield replace(base, function="gov")
    for reading in _functions(tail, base, registry, year):
        # 达州市达川生态环境局: the city's organ in 达川区, which is named in short as in 达川分局.
        of_the_city = registry.functions.by_code[reading.function].management == "branch"
        yield replace(reading, certain=True) if chain.under_full and of_the_city else reading
    if chain.places is None:
        for word in words("level_word"):
            if tail.startswith(word):
                yield from _of_level(word, tail.removeprefix(word), base, registry, year)
    yield from _branches(tail, base, registry, year)
    yield from _townships(tail, base)
    yield from _zones(tail, base, registry, year)


def _of_level(
    word: str, rest: str, base: ParsedName, registry: AgencyRegistry, year: int | None
) -> Iterator[ParsedName]:
    """商务局 and 公安分局 after 区, which have the 区 that is not named; 公安局红旗分局 after 市, which has a
    place under some 市."""
    unnamed = replace(base, certain=False, level_word=word)
    yield from _functions(rest, unnamed, registry, year)
    for reading in _branches(rest, base, registry, year):
        if reading.places is None:
            yield replace(reading, certain=False, level_word=word)
        elif under := frozenset(p for p in reading.places if _lies_under(p, word, registry, year)):
            yield replace(reading, places=under)


def _lies_under(place_id: str, word: str, registry: AgencyRegistry, year: int | None) -> bool:
    above = [registry.places.reported(one, year) for one in registry.places.ancestors(place_id, year)]
    return any(period is not None and period.name.endswith(word) for period in above)


def _functions(
    name: str, base: ParsedName, registry: AgencyRegistry, year: int | None, prefix: str = ""
) -> Iterator[ParsedName]:
    for named in registry.functions.named(name, year, prefix):
        yield replace(base, function=named.function, also=named.also)


def _branches(
    tail: str, base: ParsedName, registry: AgencyRegistry, year: int | None
) -> Iterator[ParsedName]:
    """生态环境局红旗分局 after 新乡市; 生态环境分局 after 红旗区."""
    if not tail.endswith(BRANCH):
        return
    body = tail.removesuffix(BRANCH)
    yield from (_as_branch(r, registry) for r in _functions(f"{body}局", base, registry, year))
    for length in range(2, len(body)):
        named = tuple(_functions(body[:length], base, registry, year))
        where = body[length:]
        if not named:
            continue
        full = registry.places.bearers(where, year)
        places = _under(full or _stem_bearers(where, registry, year), base.places, registry, year)
        if places:
            certain = base.certain and (bool(full) or base.places is not None)
            for reading in named:
                yield _as_branch(replace(reading, places=places, certain=certain), registry)


def _as_branch(reading: ParsedName, registry: AgencyRegistry) -> ParsedName:
    """A branch, unless the organ of a county is always one."""
    always = registry.functions.by_code[reading.function].management in ("branch", "vertical")
    return replace(reading, branch=not always)


def _townships(tail: str, base: ParsedName) -> Iterator[ParsedName]:
    """三汇镇, 渠江街道办事处; 人民政府渠江街道办事处 after 渠县 is the same."""
    for before in words("before_unit") if base.places is not None else ():
        tail = tail.removeprefix(before)
    for kind in ("township", "subdistrict"):
        for word in (word for word in words(f"{kind}_class") if word in tail):
            for organ in ("", *words(f"{kind}_organ")):
                unit = tail.removesuffix(organ) if organ else tail
                named = unit.endswith(word) and len(word) < len(unit) <= LONGEST_UNIT
                # 城关地区 alone may be anything; with 办事处 it is a subdistrict.
                named = named and unit not in words("no_unit")
                if named and unit + organ == tail and (organ or word != "地区"):
                    certain = base.certain and base.places is not None
                    yield replace(base, function="gov", unit=unit, certain=certain)
                    return


def _zones(tail: str, base: ParsedName, registry: AgencyRegistry, year: int | None) -> Iterator[ParsedName]:
    for zone in registry.zones:
        for name in zone.names:
            if tail.startswith(name) and _is_held(zone, base.places, registry, year):
                known = replace(base, places=frozenset({zone.place_id}), certain=True, unit=zone.unit)
                yield from _of_zone(tail.removeprefix(name), known, registry, year)
    for end, unit in _units_of_zones(tail):
        if (base.places or not is_bare_zone(unit)) and end <= LONGEST_UNIT:
            loose = base.places is None
            zone_base = replace(base, unit=unit, certain=base.certain and not loose, loose_unit=loose)
            yield from _of_zone(tail[end:], zone_base, registry, year)


def _is_held(zone: Zone, places: frozenset[str] | None, registry: AgencyRegistry, year: int | None) -> bool:
    """Whether a zone lies in one of these places, or none is named."""
    within = registry.places.is_within
    return places is None or any(within(zone.place_id, place, year) for place in places)


def _units_of_zones(tail: str) -> Iterator[tuple[int, str]]:
    """Where a zone's name may end, and the unit in its id: 经济技术开发区 and 经开区 are one, and the former
    is no 开发区 of the name 经济技术."""
    units: dict[int, str] = {}
    for word, written in zone_classes().items():
        for match in re.finditer(word, tail) if word in tail else ():
            units.setdefault(match.end(), tail[: match.start()] + written)
    yield from units.items()


def _of_zone(rest: str, base: ParsedName, registry: AgencyRegistry, year: int | None) -> Iterator[ParsedName]:
    if not rest or rest in words("zone_organ"):
        yield replace(base, function="committee")
    else:
        yield from _functions(rest, base, registry, year)
