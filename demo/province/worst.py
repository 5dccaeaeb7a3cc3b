"""The province at its worst: a fault for every site, and what each truly withholds.

Outcomes are named as in data/registry/outcomes.csv. Faults that only annoy (slowness, a wrong content type,
traps beside the list, a moved column) withhold nothing: a crawl has to bring home every report in spite of
them. So it has where a list states more than there is; but it cannot know, and has to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from urllib.parse import urlsplit

from demo.province.faults import Behaviour, Fault
from demo.province.model import Form
from demo.province.plan import DEFAULT_PORT, DEFAULT_TLS_PORT, Province, Published, RegisteredColumn
from demo.province.shapes.shape import Shape

# Of these, three sites show three, drawn from the seed.
BLOCKING = (
    Fault.CHALLENGE_412,
    Fault.CHALLENGE_202,
    Fault.CHALLENGE_521,
    Fault.CHALLENGE_468,
    Fault.CAPTCHA,
    Fault.SCRIPT_STUB,
    Fault.COOKIE_GATE,
    Fault.FORBIDDEN,
)
METADATA_SERVICE = "http://169.254.169.254/latest/meta-data/"


@dataclass(frozen=True)
class Expected:
    """How a column ends, and the reports that it cannot give."""

    column: RegisteredColumn
    outcome: str
    withheld: tuple[Published, ...]


@dataclass
class Worst:
    """A province with faults. `expected` has every column, those that are none the worse for it with `ok`."""

    province: Province
    expected: dict[str, Expected] = field(default_factory=dict)

    @cached_property
    def _reports(self) -> tuple[Published, ...]:
        return self.province.reports

    @property
    def withheld(self) -> tuple[Published, ...]:
        """Every report that cannot be had."""
        return tuple(report for expected in self.expected.values() for report in expected.withheld)

    @property
    def to_be_had(self) -> tuple[Published, ...]:
        """Every report that a crawl has to find all the same."""
        gone = {(report.site_id, report.item.key) for report in self.withheld}
        return tuple(r for r in self._reports if (r.site_id, r.item.key) not in gone)

    def columns(self, slug: str) -> list[RegisteredColumn]:
        """The columns of the county with that slug, the government's first."""
        code = self.code(slug)
        return [column for column in self.province.columns if column.site_id == code]

    def code(self, slug: str) -> str:
        """The code of the county with that slug."""
        return next(county.code for county in self.province.counties if county.slug == slug)

    def reports(
        self, column: RegisteredColumn, wanted: Callable[[Published], bool] | None = None
    ) -> list[Published]:
        """The reports that a column leads to, all or those wanted."""
        found = [report for report in self._reports if report.column_url == column.url]
        return [report for report in found if wanted is None or wanted(report)]

    def spoil(self, slug: str, *behaviours: Behaviour) -> None:
        """Set the faults of a county."""
        self.province.set(self.code(slug), *behaviours)

    def expect(self, column: RegisteredColumn, outcome: str, withheld: list[Published] | None = None) -> None:
        """Note how a column ends; without `withheld`, that it gives nothing at all."""
        lost = self.reports(column) if withheld is None else withheld
        self.expected[column.url] = Expected(column, outcome, tuple(lost))

    def expect_all(self, slug: str, outcome: str) -> None:
        """Note that no column of a county gives anything."""
        for column in self.columns(slug):
            self.expect(column, outcome)


def at_worst(seed: int = 1, port: int = DEFAULT_PORT, tls_port: int = DEFAULT_TLS_PORT) -> Worst:
    """The province with a fault at every site."""
    worst = Worst(Province(seed, port, tls_port))
    worst.province.serve_https(worst.code("lizhou"))
    for spoil in (_annoyances, _dead_ends, _blocks, _servers, _contents, _machines):
        spoil(worst)
    for column in worst.province.columns:
        if column.url not in worst.expected:
            worst.expect(column, "ok", [])
    return worst


def _annoyances(worst: Worst) -> None:
    """Nothing is lost."""
    worst.spoil(
        "qihe",
        Behaviour(Fault.OVERSTATED),
        Behaviour(Fault.TRAPS),
        Behaviour(Fault.SLOW, times=3, seconds=0.3),
        Behaviour(Shape.HEADER_ENDS),
    )
    worst.spoil("yanxi", Behaviour(Fault.MOJIBAKE))
    worst.spoil("huaiyi", Behaviour(Fault.STALE_ROWS), Behaviour(Fault.WRONG_TYPE, "/huaiyi/*"))
    worst.spoil("xihe", Behaviour(Fault.ENDLESS))
    worst.spoil(
        "zhiwan",
        Behaviour(Fault.TOO_MANY, "*dataproxy.jsp*", times=2, seconds=1),
        Behaviour(Shape.TWO_STORES),
    )
    for column in (*worst.columns("qihe"), *worst.columns("xihe")):
        worst.expect(column, "incomplete", [])
    worst.spoil("ruoxi", Behaviour(Fault.MOVED, "*/zfxxgknb/*", target="/xxgk2026"))


def _dead_ends(worst: Worst) -> None:
    government, *agencies = worst.columns("weipo")
    dead = worst.reports(government, lambda report: report.form is not Form.DIRECT)[0]
    first, second, third, fourth = (target(column.url) for column in agencies)
    worst.spoil(
        "weipo",
        Behaviour(Fault.DEAD, target(dead.page_url or "")),
        *(Behaviour(Fault.DEAD, target(url)) for url in dead.file_urls),
        Behaviour(Fault.DEAD, first + "*"),
        Behaviour(Fault.GONE, second + "*"),
        Behaviour(Fault.REDIRECT, third + "*", target=METADATA_SERVICE),
        Behaviour(Fault.TO_HOME, fourth + "*"),
        Behaviour(Shape.CALLED_FILES),
    )
    worst.expect(government, "incomplete", [dead])
    for column, outcome in zip(agencies, ("gone", "gone", "redirect_refused", "moved"), strict=True):
        worst.expect(column, outcome)

    column = worst.columns("lingquan")[0]
    looping = worst.reports(column, lambda report: report.form is Form.PAGE)[0]
    worst.spoil(
        "lingquan",
        Behaviour(Fault.HALF, "/OpennessTarget/*", times=1),
        Behaviour(Fault.LOOP, target(looping.page_url or "") + "*"),
    )
    worst.expect(column, "incomplete", [looping])


def _blocks(worst: Worst) -> None:
    chosen = Random(worst.province.seed).sample(BLOCKING, 3)
    for (slug, path), fault in zip(
        (("lihe", "/lihe/*"), ("heting", "*/gkmlpt/*"), ("wuying", "/opennessAnnualReport/*")),
        chosen,
        strict=True,
    ):
        worst.spoil(slug, Behaviour(fault, path))
        worst.expect_all(slug, "blocked")
    worst.spoil("lize", Behaviour(Fault.HOME_INSTEAD, "/public/column/*"))
    worst.expect_all("lize", "blocked")

    worst.spoil("lutang", Behaviour(Fault.CAPTCHA, "*download.jsp*"))
    column = worst.columns("lutang")[0]
    behind = worst.reports(
        column, lambda report: report.form is Form.ATTACHMENT and "download.jsp" in report.file_urls[0]
    )
    worst.expect(column, "incomplete", behind)

    worst.spoil("xiuling", Behaviour(Fault.ROBOTS, target="User-agent: *\nDisallow: /module/\n"))
    worst.expect_all("xiuling", "robots_refused")
    worst.spoil("puyi", Behaviour(Fault.FORBIDDEN, "/robots.txt"))
    worst.expect_all("puyi", "robots_refused")
    worst.spoil("zhenliu", Behaviour(Fault.SERVER_ERROR, "/robots.txt"))
    worst.expect_all("zhenliu", "robots_unavailable")


def _servers(worst: Worst) -> None:
    _, first, second, *_ = worst.columns("tangzhu")
    worst.spoil(
        "tangzhu",
        Behaviour(Fault.UNAVAILABLE, target(first.url)),
        Behaviour(Fault.TOO_MANY, target(second.url), seconds=3600),
    )
    worst.expect(first, "server_error")
    worst.expect(second, "throttled")
    worst.spoil("dipu", Behaviour(Fault.RESET, "/OpennessContent/*"))
    worst.expect_all("dipu", "unreachable")
    worst.spoil("lingzhou", Behaviour(Fault.SILENT, "*/rest/*"))
    worst.expect_all("lingzhou", "timeout")


def _contents(worst: Worst) -> None:
    worst.spoil("yaoshan", Behaviour(Fault.REDESIGNED))
    worst.expect_all("yaoshan", "layout_changed")
    worst.spoil("chawu", Behaviour(Fault.EMPTIED))
    worst.expect_all("chawu", "empty_list")
    worst.spoil("yanyu", Behaviour(Fault.ENDLESS_NEWS))
    for column in worst.columns("yanyu"):
        # The reports come before the list loses itself.
        worst.expect(column, "endless_pager", [])
    column = worst.columns("shuangqiao")[0]
    bomb, huge, *_ = worst.reports(column, lambda report: report.form is Form.PAGE)
    worst.spoil(
        "shuangqiao",
        Behaviour(Fault.BOMB, target(bomb.page_url or "")),
        Behaviour(Fault.HUGE, target(huge.page_url or "")),
    )
    worst.expect(column, "incomplete", [bomb, huge])


def _machines(worst: Worst) -> None:
    worst.spoil("tonglan", Behaviour(Fault.NO_NAME))
    worst.expect_all("tonglan", "dns")
    worst.spoil("lizhou", Behaviour(Fault.UNKNOWN_CA))
    worst.expect_all("lizhou", "tls")


def target(url: str) -> str:
    """Path and query of an address, as `Behaviour.path` is held against."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
