"""`python -m bench.index`: candidates out of a made-up index of archived addresses.

The index has the registry's portals, each in the dialect that the registry guesses: news, policies, agencies'
columns, other yearly reports (统计, 法治政府, 网站), and the annual reports in one of the layouts of
docs/domain/families.md#where-reports-are. What is proposed is held against what was put in. The figures are
of addresses alone: the survey then asks each candidate once, and drops what lists no report.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from base.paths import REGISTRY
from crawler.addresses import bare_host, host_of, place_of_list
from crawler.registry.tables import load

# Path words of published reports (docs/domain/families.md#where-reports-are), as often as they are met there.
WORDS = {"zfxxgknb": 12, "xxgknb": 4, "gknb": 4, "zfxxgkndbg": 3, "xxgkndbg": 2, "ndbg": 1, "bmxxgknb": 1}
OTHERS = ("tjnb", "fzzfjsndbg", "wzgzndbg", "qynb", "czyjs", "tjgb")
NEWS = (
    "xwzx/bmdt",
    "xwzx/xzdt",
    "tzgg",
    "zwgk/zcwj",
    "zwgk/rsxx",
    "zfxxgk/fdzdgknr/czxx",
    "hdjl/ldxx",
    "ztzl/xczx",
)
Day = tuple[int, int, int]
Shape = Callable[[str, Day, Random], tuple[str, str]]
SCHEMA = pa.schema([("url", pa.string()), ("fetch_status", pa.int16()), ("content_mime_type", pa.string())])
# Numbered systems say nothing by a folder's name; the others do.
NUMBERED = {"hanweb", "hanweb_jcms", "sscms", "hb_uuid"}


def addresses(site_id: str, url: str, family: str, rows: int) -> tuple[list[str], set[str]]:
    """About so many archived addresses of a portal, and where its columns of annual reports are."""
    rng = Random(f"index/{site_id}")
    base = f"{url.partition('://')[0]}://{host_of(url)}"
    shape = _shape(family, rng)
    found: list[str] = []
    truth: set[str] = set()
    word = rng.choices(list(WORDS), list(WORDS.values()))[0]
    annual = f"zfxxgk/{word}{rng.choice(['', '', '', '_' + str(rng.randrange(10**5, 10**6))])}"
    layout = rng.choice(["flat", "flat", "years", "agencies"])
    for year in range(2015, 2026):
        folder = f"{annual}/{year}n" if layout == "years" else annual
        for _ in range(rng.randint(1, 12)):
            day = (year + 1, rng.choices([1, 2, 3, 4], [6, 2, 3, 1])[0], rng.randint(1, 28))
            if rng.random() < 0.04:
                day = (year + 1, rng.randint(5, 12), rng.randint(1, 28))
            address, column = shape(folder, day, rng)
            found.append(base + address)
            truth.add(base + column)
    if layout == "years" and annual in (above := shape(annual, (2020, 1, 1), rng)[1]):
        truth.add(base + above)
    if layout == "agencies":
        for agency in range(rng.randint(2, 6)):
            for year in range(2018, 2025):
                day = (year + 1, rng.randint(1, 3), rng.randint(1, 28))
                address, column = shape(f"bm/jg{agency}/{word}", day, rng)
                found.append(base + address)
                truth.add(base + column)
    columns = [f"{name}{n or ''}" for name in NEWS for n in range(4)]
    while len(found) < rows:
        other = rng.choice(OTHERS) if rng.random() < 0.02 else rng.choice(columns)
        day = (rng.randint(2014, 2025), rng.randint(1, 12), rng.randint(1, 28))
        found.append(base + shape(other, day, rng)[0])
    return found, truth


def _is_annual(folder: str) -> bool:
    """Whether a folder of a portal is one of annual reports, and not of news or of other yearly reports."""
    return folder not in OTHERS and folder.rstrip("123") not in NEWS


def _shape(family: str, rng: Random) -> Shape:
    """How a family writes the address of an article in a folder, and that of its column."""
    numbers: dict[str, int] = {}

    def number(folder: str) -> int:
        return numbers.setdefault(folder, 1229000000 + rng.randrange(10**6))

    def jcms(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        column = number(folder)
        return (
            f"/art/{day[0]}/{day[1]}/{day[2]}/art_{column}_{rng.randrange(10**6)}.html",
            f"/col/col{column}/index.html",
        )

    def ucap(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        at = f"/x/c{number(folder) % 10**6:06d}" if rng_named < 0.5 else f"/x/{folder}"
        return f"{at}/{day[0]}{day[1]:02d}/{rng.getrandbits(128):032x}.shtml", f"{at}/"

    def gkmlpt(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        return f"/{folder}/content/post_{rng.randrange(10**7)}.html", f"/{folder}/index.html"

    def vsb(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        return (
            (f"/{folder}/n{day[0]}n.htm", f"/{folder}.htm")
            if _is_annual(folder)
            else (f"/info/{number(folder) % 10**4}/{rng.randrange(10**6)}.htm", "")
        )

    def openness(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        branch = number(folder) % 1000
        if _is_annual(folder):
            at = f"/OpennessAnnualReport/year/show/{branch}/"
            return f"{at}{day[0]}.html", at
        return f"/OpennessContent/show/{rng.randrange(10**7)}.html", ""

    def lonsun(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        organ = number(folder.split("/")[1] if folder.startswith("bm/") else "gov")
        if not _is_annual(folder):
            return f"/{folder}/{rng.randrange(10**7)}.html", ""
        return f"/public/{organ}/{rng.randrange(10**8)}.html", f"/public/column/{organ}?type=3&action=list"

    def trs(folder: str, day: Day, rng: Random) -> tuple[str, str]:
        date = f"{day[0]}{day[1]:02d}{day[2]:02d}"
        return f"/{folder}/{date[:6]}/t{date}_{rng.randrange(10**7)}.html", f"/{folder}/"

    rng_named = rng.random()
    known = {"hanweb": jcms, "hanweb_jcms": jcms, "ucap": ucap, "gkmlpt_nfcms": gkmlpt, "vsb": vsb}
    return (known | {"openness_mvc": openness, "lonsun": lonsun}).get(family, trs)


def write(path: Path, rows: int, portals: int) -> dict[str, list[str]]:
    """Write an index of so many rows; the true columns by host."""
    registry = load(REGISTRY)
    sites = [
        site for site in registry.sites.values() if site.fault != "shared_host" and host_of(site.portal_url)
    ]
    sites = [s for s in sites if not s.division_code.endswith("00") and s.host.endswith(".gov.cn")][:portals]
    truth: dict[str, list[str]] = {}
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for start in range(0, len(sites), 100):
            urls: list[str] = []
            for site in sites[start : start + 100]:
                found, columns = addresses(site.site_id, site.portal_url, site.family, rows // len(sites))
                urls += found
                truth[bare_host(site.portal_url)] = sorted(columns)
            writer.write_table(pa.table([urls, [200] * len(urls), ["text/html"] * len(urls)], schema=SCHEMA))
    return truth


def judged(truth: dict[str, list[str]], proposed: list[str]) -> dict[str, object]:
    """Of the true columns how many are proposed, of the proposed how many are none. A column that stands for
    its folders of years has them all."""
    by_host: dict[str, set[str]] = {}
    for url in proposed:
        by_host.setdefault(bare_host(url), set()).add(place_of_list(url))
    right = wanted = wrong = 0
    hosts = Counter[str]()
    for host, columns in truth.items():
        true, given = {place_of_list(url) for url in columns}, by_host.pop(host, set())
        covered = {one for one in true if any(_same(one, at) for at in given)}
        wanted += len(true)
        right += len(covered)
        wrong += sum(not any(_same(one, at) for one in true) for at in given)
        hosts["found" if covered else "missed"] += 1
    wrong += sum(map(len, by_host.values()))
    return {
        "true columns": wanted,
        "proposed of them": f"{right} ({right / wanted:.1%})",
        "proposed in all": len(proposed),
        "wrong": f"{wrong} ({wrong / max(len(proposed), 1):.1%})",
        "hosts": dict(hosts),
    }


def _same(true: str, given: str) -> bool:
    """Whether a proposal is that column, stands for it, or is its page of a year."""
    return (
        true == given or true.startswith(given.rstrip("/") + "/") or given.startswith(true.rstrip("/") + "/")
    )


def main(
    rows: Annotated[int, typer.Option(help="Addresses.")] = 5_000_000,
    portals: Annotated[int, typer.Option(help="Hosts.")] = 2_838,
) -> None:
    """Make an index, take candidates from it in a process of its own, hold them against the truth."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.parquet"
        truth = write(path, rows, portals)
        print(
            f"{pq.read_metadata(path).num_rows} addresses, {len(truth)} hosts, {path.stat().st_size >> 20} MB"
        )
        started = time.monotonic()
        code = (
            "import json, sys; from pathlib import Path; from base.paths import REGISTRY\n"
            "from crawler.survey.index import candidates_from\n"
            "print(json.dumps([c.url for c in candidates_from([Path(sys.argv[1])], REGISTRY).candidates]))"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
        wall = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        for name, value in judged(truth, json.loads(done.stdout)).items():
            print(f"{name}: {value}")
        print(f"CPU {used.ru_utime + used.ru_stime:.0f} s, wall {wall:.0f} s on {os.cpu_count()} cores")
        print(f"memory at most {used.ru_maxrss >> 10} MB")


if __name__ == "__main__":
    typer.run(main)
