"""What a survey leaves of a portal: one row, with the columns that it proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from crawler.columns.identity import Identity
from crawler.registry.proposals import ENOUGH, Proposal
from crawler.survey.outcomes import PortalOutcome


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A row proposed for columns.csv: its cells, then what a person judges it by. `why` says what its
    confidence rests on; it is `sure` where two titles of reports were seen on a portal whose SiteIDCode and
    SiteName agree with the registry."""

    site_id: str
    column_id: str
    url: str
    family: str
    owner: str
    kind: str
    parameters: str
    confidence: str
    sure: bool
    why: str
    reports: int
    folders: int
    titles: tuple[str, ...]
    evidence: tuple[str, ...]
    menu: str
    problem: str

    @classmethod
    def of(cls, site_id: str, proposal: Proposal, doubts: Sequence[str]) -> Self:
        """A proposal of discovery, on a site of which there are these doubts."""
        enough = proposal.reports >= ENOUGH
        sure = enough and not doubts and not proposal.problem
        agrees = "SiteIDCode and SiteName agree with the registry" if not doubts else "; ".join(doubts)
        seen = f"{proposal.reports} titles of annual reports seen"
        return cls(
            site_id=site_id,
            column_id=proposal.column_id,
            url=proposal.url,
            family=proposal.family,
            owner=proposal.owner,
            kind=proposal.kind,
            parameters="",
            confidence=proposal.confidence,
            sure=sure,
            why="; ".join(filter(None, (proposal.problem, seen, agrees))),
            reports=proposal.reports,
            folders=proposal.folders,
            titles=proposal.titles,
            evidence=proposal.evidence,
            menu=" > ".join(proposal.trail),
            problem=proposal.problem,
        )

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `asdict` gave."""
        lists = {name: tuple(record[name]) for name in ("titles", "evidence")}
        return cls(**{**record, **lists})

    def cells(self) -> dict[str, str]:
        """The row of columns.csv."""
        return {
            name: getattr(self, name)
            for name in ("site_id", "column_id", "url", "family", "owner", "kind", "parameters")
        }


@dataclass(frozen=True, slots=True)
class PortalRow:
    """How the survey of one portal ended. `requests` counts what was asked for (redirects, retries and
    robots.txt left out), `candidates` the candidates among them. `new` is a portal that sites.csv does not
    have. `missing` names pages that could not be had, `unknown` words of menus that no row knows."""

    run_id: str
    site_id: str
    division_code: str
    name: str
    portal_url: str
    outcome: PortalOutcome
    detail: str
    family: str
    requests: int
    candidates: int
    started_at: str
    finished_at: str
    identity: Identity = field(default_factory=Identity)
    doubts: tuple[str, ...] = ()
    proposals: tuple[ProposedColumn, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    cut_off: int = 0
    new: bool = False

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `to_record` gave."""
        values = {one.name: record[one.name] for one in fields(cls)}
        values["outcome"] = PortalOutcome(values["outcome"])
        values["identity"] = Identity(**values["identity"])
        values["proposals"] = tuple(map(ProposedColumn.from_record, values["proposals"]))
        for name in ("doubts", "missing", "unknown"):
            values[name] = tuple(values[name])
        return cls(**values)

    def to_record(self) -> dict[str, Any]:
        """Plain values, for the log."""
        return asdict(self)
