"""Random figures that obey every identity of the form, from a bureau nobody writes to up to a large city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from demo.truth import Key
from extract.form.layout.codebook import codebook

APPLICANTS = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")
OUTCOMES = ("upheld", "corrected", "other", "pending")
PROCEEDINGS = ("rec", "litd", "litr")

# Requests received in a year, by the agency's size: smallest and largest.
RECEIVED = {"nil": (0, 0), "bureau": (0, 3), "busy": (3, 90), "county": (20, 900), "city": (1_000, 40_000)}
SIZES = {
    "government": (("county", 6), ("busy", 3), ("nil", 1)),
    "office": (("busy", 5), ("bureau", 4), ("nil", 1)),
    "busy": (("busy", 7), ("county", 3)),
    "bureau": (("bureau", 6), ("nil", 3), ("busy", 1)),
    "township": (("bureau", 5), ("nil", 5)),
}

_APPLICANT_SHARES = (880, 70, 4, 6, 30, 10)
_CLOSED_SHARES = {
    "3.1": 440,
    "3.2": 60,
    "3.3.1": 2,
    "3.3.2": 8,
    "3.3.3": 3,
    "3.3.4": 12,
    "3.3.5": 9,
    "3.3.6": 10,
    "3.3.7": 14,
    "3.3.8": 40,
    "3.4.1": 230,
    "3.4.2": 20,
    "3.4.3": 10,
    "3.5.1": 40,
    "3.5.2": 18,
    "3.5.3": 2,
    "3.5.4": 4,
    "3.5.5": 3,
    "3.6.1": 30,
    "3.6.2": 2,
    "3.6.3": 43,
}
# The share of an outcome that a new edition has.
_NEW_SHARE = 15
# Above this, shares are cut by rounding instead of drawing one by one.
_DRAW_SINGLY = 200


def size_of(rng: Random, kind: str, level: str) -> str:
    """How much an agency of that kind has to report: nil, bureau, busy, county or city."""
    if kind == "government" and level == "prefecture":
        return "city"
    sizes = SIZES[kind]
    return rng.choices([size for size, _ in sizes], [weight for _, weight in sizes])[0]


def figures(
    rng: Random, editions: Mapping[str, str], size: str, carried_in: Sequence[int] | None = None
) -> dict[Key, Decimal]:
    """A figure for every cell of the tables in `editions` ({"t2": "e2021", ...}). `carried_in` are the
    requests that the year before left, by kind of applicant; drawn where they are not given."""
    made: dict[Key, Decimal] = {}
    if "s14" in editions:
        made |= _statistics_2014(rng, size)
    if "t2" in editions:
        make = _proactive_2019 if editions["t2"] == "e2019" else _proactive_2021
        counts = make(rng, size)
        made |= {(f"t2:{code}", "total"): count for code, count in counts.items()}
    if "t3" in editions:
        made |= _requests(rng, size, editions["t3"], carried_in)
    if "t4" in editions:
        made |= _disputes(rng, size)
    return made


def _spread(rng: Random, amount: int, shares: Sequence[int]) -> list[int]:
    """`amount` cut into len(shares) whole parts, roughly as the shares say; the parts sum up to it."""
    if amount <= _DRAW_SINGLY:
        drawn = rng.choices(range(len(shares)), shares, k=amount)
        return [drawn.count(part) for part in range(len(shares))]
    jittered = [share * rng.uniform(0.6, 1.4) for share in shares]
    parts = [int(amount * share / sum(jittered)) for share in jittered]
    parts[0] += amount - sum(parts)
    return parts


def _some(rng: Random, size: str, large: int) -> int:
    """A count that is mostly 0 in small agencies and goes up to `large` in a city."""
    part = {"nil": 0.0005, "bureau": 0.002, "busy": 0.02, "county": 0.15, "city": 1.0}[size]
    return int(rng.random() ** 3 * large * part)


def _requests(rng: Random, size: str, edition: str, carried_in: Sequence[int] | None) -> dict[Key, Decimal]:
    received = _spread(rng, rng.randint(*RECEIVED[size]), _APPLICANT_SHARES)
    drawn = [int(count * rng.uniform(0, 0.12)) for count in received]
    if size == "bureau" and rng.random() < 0.2:
        drawn[0] += 1
    carried_in = list(drawn if carried_in is None else carried_in)
    shares = _closed_shares(edition)
    rows: dict[str, list[int]] = {"1": received, "2": carried_in, "3.7": [], "4": []}
    rows |= {code: [] for code in shares}
    for fresh, old in zip(received, carried_in, strict=True):
        carried_out = int((fresh + old) * rng.uniform(0, 0.1))
        if fresh and rng.random() < 0.15:
            carried_out = max(carried_out, 1)
        closed = fresh + old - carried_out
        rows["4"].append(carried_out)
        rows["3.7"].append(closed)
        parts = _spread(rng, closed, tuple(shares.values()))
        for code, part in zip(shares, parts, strict=True):
            rows[code].append(part)
    for code in _outcomes(edition):
        if code not in shares:
            split = [rows.pop(part) for part in shares if part.startswith(f"{code}.")]
            rows[code] = [sum(column) for column in zip(*split, strict=True)]
    made: dict[Key, Decimal] = {}
    for code, counts in rows.items():
        made |= {(f"t3:{code}", who): Decimal(n) for who, n in zip(APPLICANTS, counts, strict=True)}
        made[f"t3:{code}", "total"] = Decimal(sum(counts))
    return made


def _outcomes(edition: str) -> tuple[str, ...]:
    """The outcomes of requests that an edition prints, by their printed numbers."""
    return tuple(code.removeprefix("t3:") for code in codebook().below("t3:3", edition))


def _closed_shares(edition: str) -> dict[str, int]:
    """How often requests end how: what an edition prints as one outcome is drawn in its parts."""
    shares: dict[str, int] = {}
    for code in _outcomes(edition):
        parts = [part for part in _CLOSED_SHARES if part.startswith(f"{code}.")]
        shares |= {part: _CLOSED_SHARES.get(part, _NEW_SHARE) for part in parts or [code]}
    return shares


def _disputes(rng: Random, size: str) -> dict[Key, Decimal]:
    made: dict[Key, Decimal] = {}
    for proceeding in PROCEEDINGS:
        parts = _spread(rng, _some(rng, size, 900), (50, 15, 25, 10))
        for outcome, count in zip(OUTCOMES, parts, strict=True):
            made[f"t4:{proceeding}.{outcome}", "total"] = Decimal(count)
        made[f"t4:{proceeding}.total", "total"] = Decimal(sum(parts))
    return made


def _money(rng: Random, size: str, large: int) -> Decimal:
    """An amount with up to six decimals, as platforms print them; whole or 0 in small agencies."""
    whole = _some(rng, size, large)
    if not whole:
        return Decimal(0)
    places = rng.choice((0, 1, 2, 2, 4, 6))
    amount = Decimal(whole) + Decimal(rng.randrange(10**places)).scaleb(-places)
    return amount if places == 0 else amount.normalize() + 0


def _rules(rng: Random, size: str) -> int:
    return rng.randint(0, 4) if size == "city" else 0


def _proactive_2021(rng: Random, size: str) -> dict[str, Decimal]:
    rules, documents = _rules(rng, size), _some(rng, size, 400)
    counts: dict[str, Decimal | int] = {
        "20.1.1.issued": rules,
        "20.1.1.repealed": rng.randint(0, rules),
        "20.1.1.in_force": rules + (rng.randint(0, 90) if size == "city" else 0),
        "20.1.2.issued": documents,
        "20.1.2.repealed": _some(rng, size, 300),
        "20.1.2.in_force": documents + _some(rng, size, 900),
        "20.5.1.decisions": _some(rng, size, 900_000),
        "20.6.1.decisions": _some(rng, size, 4_000_000),
        "20.6.2.decisions": _some(rng, size, 90_000),
        "20.8.1.amount": _money(rng, size, 400_000),
    }
    return {code: Decimal(count) for code, count in counts.items()}


def _proactive_2019(rng: Random, size: str) -> dict[str, Decimal]:
    counts: dict[str, Decimal | int] = {}
    for code, published in (("20.1.1", _rules(rng, size)), ("20.1.2", _some(rng, size, 400))):
        counts[f"{code}.created"] = published + rng.choice((0, 0, 0, 1)) * (published > 0)
        counts[f"{code}.published"] = published
        counts[f"{code}.public_total"] = published + _some(rng, size, 900)
    for code, large in (("20.5.1", 900_000), ("20.5.2", 500_000), ("20.6.1", 4_000_000), ("20.6.2", 90_000)):
        items = _some(rng, size, 6_000)
        counts[f"{code}.items_previous_year"] = items
        counts[f"{code}.items_change"] = rng.randint(-items // 4, items // 4)
        counts[f"{code}.decisions"] = _some(rng, size, large)
    items = _some(rng, size, 80)
    counts["20.8.1.items_previous_year"] = items
    counts["20.8.1.items_change"] = rng.randint(-items // 4, items // 4)
    counts["20.9.1.projects"] = _some(rng, size, 9_000)
    counts["20.9.1.amount"] = _money(rng, size, 2_000_000)
    return {code: Decimal(count) for code, count in counts.items()}


def _statistics_2014(rng: Random, size: str) -> dict[Key, Decimal]:
    requests = rng.randint(*RECEIVED[size])
    channels = [_some(rng, size, large) for large in (2_000, 200_000, 60_000, 40_000, 90_000)]
    completed = max(0, requests - rng.choice((0, 0, 0, 1, 2)))
    replies = _spread(rng, completed, (200, 430, 40, 60, 90, 110, 40, 30))
    refusals = _spread(rng, replies[3], (5, 8, 8, 6, 20, 13))
    documents = _some(rng, size, 500)
    briefings, interviews = _some(rng, size, 300), _some(rng, size, 200)
    counts: dict[str, Decimal | int] = {
        "1.1": rng.randint(max(channels), sum(channels)),
        "1.1.1": documents,
        "1.1.2": documents + rng.randint(0, 3) * (documents > 0),
        "2.1": _some(rng, size, 900),
        "2.2.1": briefings,
        "2.2.1.1": rng.randint(0, briefings),
        "2.2.2": interviews,
        "2.2.2.1": rng.randint(0, interviews),
        "2.2.3": _some(rng, size, 3_000),
        "2.2.4": _some(rng, size, 2_000),
        "2.2.5": _some(rng, size, 900),
        "3.1": requests,
        "3.2": completed,
        "3.3": completed,
        "6": _some(rng, size, 60),
        "7": _money(rng, size, 4),
        "8.1": rng.randint(0, 3) if size in ("nil", "bureau", "busy") else rng.randint(4, 90),
        "8.2": rng.randint(0, 3) if size in ("nil", "bureau", "busy") else rng.randint(4, 400),
        "8.4": _money(rng, size, 900),
        "9.1": _some(rng, size, 900),
        "9.2": _some(rng, size, 600),
        "9.3": _some(rng, size, 30_000),
    }
    staff = (rng.randint(0, 2), rng.randint(0, 4) + _some(rng, size, 3_000))
    parts = {
        "1.2": channels,
        "3.1": _spread(rng, requests, (30, 3, 52, 15)),
        "3.2": _spread(rng, completed, (92, 8)),
        "3.3": replies,
        "3.3.4": refusals,
        "4": _spread(rng, _some(rng, size, 400), (60, 15, 25)),
        "5": _spread(rng, _some(rng, size, 300), (70, 8, 22)),
        "8.3": staff,
    }
    for code, numbers in parts.items():
        counts |= {f"{code}.{place}": number for place, number in enumerate(numbers, start=1)}
    counts |= {code: sum(parts[code]) for code in ("4", "5", "8.3")}
    return {(f"s14:{code}", "total"): Decimal(count) for code, count in counts.items()}
