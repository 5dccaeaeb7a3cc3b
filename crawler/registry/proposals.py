"""The row that a page gets in columns.csv: which family reads it, how sure that is, and why.

Where the first page does not show the reports themselves, as those of a service or of folders, the proposal
says what to ask for to see some (`check`), and `checked` takes the answer.

The likeliest family that reads the page as a list is taken. The archive of the reports may stand in another
system than the portal around it, so that the page's own signs come before those of the site.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.columns.links import judge
from crawler.platforms.articles.article import national_tags
from crawler.platforms.base import Column, Confidence, Fetch, IncompleteColumnError, Listing, Recognition
from crawler.platforms.known import platform_for, recognise
from crawler.platforms.lists.titles import is_report_title, year_only
from crawler.platforms.page import LayoutChanged, Page
from crawler.platforms.systems.static import CONFIDENCE_ORDER

_COLUMN_TYPE = re.compile(r"年报|年度报告")
# So many titles of reports say that a page lists them.
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row proposed for columns.csv, with what speaks for it.

    `reports` and `folders` count what its first page lists: titles of annual reports, and bare years.
    `problem` is "" where the page was read as a list of its family; else it says what stands in the way.
    `titles` are some of the reports, `listed` the addresses of all, `inside` those of its folders. `lines`
    counts all that it lists. `check` is what shows reports where the page does not.
    """

    column_id: str
    url: str
    family: str
    owner: str
    kind: str
    confidence: Confidence
    evidence: tuple[str, ...]
    trail: tuple[str, ...]
    reports: int = 0
    folders: int = 0
    problem: str = ""
    titles: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()
    inside: tuple[str, ...] = ()
    lines: int = 0
    check: Fetch | None = None


# So many titles are kept for a person to judge by.
TITLES_SHOWN = 5


def propose(
    page: Page, owner: str, trail: tuple[str, ...], site_families: tuple[Recognition, ...] = ()
) -> tuple[Proposal, tuple[str, ...]]:
    """The row for a page that a menu calls annual reports, its family being the likeliest that reads it; and
    the addresses of the folders inside its list.

    `site_families` were recognised elsewhere on the site; they are tried after those of the page itself, as
    an archive of reports may stand in another system than the portal around it. The generic platform comes
    last.
    """
    refused: list[str] = []
    for recognition in _candidates(page, site_families):
        platform = platform_for(recognition.family)
        column = Column(page.url, recognition.family)
        try:
            entry = platform.entry(column)
        except IncompleteColumnError as incomplete:
            refused.append(f"{recognition.family}: {incomplete}")
            continue
        if entry and entry[0].url != page.url:
            service = f"its list is answered by {entry[0].url}"
            proposal = _proposal(page, owner, trail, recognition, Listing(()), service)
            return replace(proposal, check=entry[0]), ()
        try:
            listing = platform.listing(page, Fetch(page.url), column)
        except LayoutChanged as changed:
            refused.append(f"{recognition.family}: holds {changed.found} instead of {changed.expected}")
            continue
        service = f"its list is answered by {listing.further[0].url}" if _from_service(listing) else ""
        folders = tuple(folder.url for folder in listing.folders)
        proposal = _proposal(page, owner, trail, recognition, listing, service)
        if service:
            proposal = replace(proposal, check=listing.further[0])
        elif proposal.reports < ENOUGH and (wanted := _first_folder(listing)):
            proposal = replace(proposal, check=Fetch(wanted))
        return replace(proposal, inside=folders), folders
    nothing = Recognition("unknown", "low", ())
    problem = "no family reads it: " + "; ".join(refused)
    return _proposal(page, owner, trail, nothing, Listing(()), problem=problem), ()


def checked(proposal: Proposal, page: Page) -> Proposal:
    """The proposal with the reports that its `check` shows, which `page` has answered: the list of a service,
    a folder inside the list, or the one report of a year. Where the answer only says where the list is to be
    asked for, that is the next check."""
    assert proposal.check is not None
    found = replace(proposal, check=None)
    column = Column(proposal.url, proposal.family, owner=proposal.owner)
    try:
        listing = platform_for(proposal.family).listing(page, proposal.check, column)
    except (LayoutChanged, IncompleteColumnError):
        title = _title_of(page)
        if not is_report_title(title):
            return found
        return _with_reports(found, [(page.url, title)])
    if listing.further and not listing.items and not _goes_on(listing):
        return replace(found, check=listing.further[0])
    reports = [(item.url, item.title) for item in listing.items if is_report_title(item.title)]
    inside = (one.url for one in listing.folders if judge("folder", one.title).follow)
    found = replace(found, inside=tuple(dict.fromkeys((*found.inside, *inside))))
    if not reports and (deeper := _first_folder(listing)):
        return replace(found, check=Fetch(deeper))
    return _with_reports(found, reports)


def _with_reports(proposal: Proposal, reports: Iterable[tuple[str, str]]) -> Proposal:
    added = {url: title for url, title in reports if url not in proposal.listed}
    if not added:
        return proposal
    counted = proposal.reports + len(added)
    return replace(
        proposal,
        reports=counted,
        listed=proposal.listed | set(added),
        titles=(*proposal.titles, *added.values())[:TITLES_SHOWN],
        evidence=(*proposal.evidence, f"{len(added)} titles of annual reports behind it"),
        confidence=max("mid", proposal.confidence, key=CONFIDENCE_ORDER.index),
    )


def _title_of(page: Page) -> str:
    try:
        title = page.tree.find(".//title")
        return national_tags(page).get("ArticleTitle") or (title.text_content() if title is not None else "")
    except LayoutChanged:
        return ""


def _first_folder(listing: Listing) -> str | None:
    """The folder of the newest year, else the first that can hold reports."""
    years = [folder for folder in listing.folders if year_only(folder.title)]
    if years:
        return max(years, key=lambda folder: folder.title).url
    return next((folder.url for folder in listing.folders if judge("folder", folder.title).follow), None)


def _candidates(page: Page, site_families: tuple[Recognition, ...]) -> Iterator[Recognition]:
    own = [recognition for recognition in recognise(page) if recognition.family != "generic"]
    yield from own
    seen = {recognition.family for recognition in own} | {"generic"}
    for recognition in site_families:
        if recognition.family not in seen and recognition.confidence != "low":
            evidence = tuple(f"elsewhere on the site: {sign}" for sign in recognition.evidence)
            yield Recognition(recognition.family, "low", evidence)
    yield Recognition("generic", "low", ("lines with a link and a date",))


def _goes_on(listing: Listing) -> bool:
    """Whether what follows a page of folders is the next page of the same list."""
    return bool(listing.folders) and listing.further[0].page_number > 1


def _from_service(listing: Listing) -> bool:
    return bool(listing.further) and not (listing.items or listing.folders)


def _proposal(
    page: Page,
    owner: str,
    trail: tuple[str, ...],
    recognition: Recognition,
    listing: Listing,
    service: str = "",
    problem: str = "",
) -> Proposal:
    named = [item for item in listing.items if is_report_title(item.title)]
    reports = len(named)
    folders = sum(year_only(folder.title) for folder in listing.folders)
    others = sum(judge("folder", folder.title).follow for folder in listing.folders) - folders
    tags = national_tags(page)
    column_says = [
        f"{name}: {tags[name]}"
        for name in ("ColumnName", "ColumnType")
        if _COLUMN_TYPE.search(tags.get(name, ""))
    ]
    evidence = (
        *recognition.evidence,
        *([service] if service else []),
        *column_says,
        *([f"{reports} titles of annual reports"] if reports else []),
        *([f"{folders} folders of years"] if folders else []),
        *([f"{others} folders of agencies or kinds"] if others > 0 else []),
    )
    single_years = sum(year_only(item.title) for item in listing.items)
    confirmed = bool(reports or folders or single_years or (column_says and service))
    confidence: Confidence = "low"
    if confirmed:
        confidence = "high" if recognition.confidence == "high" else "mid"
    elif column_says or service:
        confidence = min("mid", recognition.confidence, key=CONFIDENCE_ORDER.index)
    module = "/module/" in urlsplit(page.url).path
    return Proposal(
        column_id="nb-" + hashlib.sha256(same_page_key(page.url).encode()).hexdigest()[:8],
        url=page.url,
        family=recognition.family,
        owner=owner,
        kind="module" if module else "reports",
        confidence=confidence,
        evidence=evidence,
        trail=trail,
        reports=reports + single_years,
        folders=folders,
        problem=problem,
        titles=tuple(item.title for item in named[:TITLES_SHOWN]),
        listed=frozenset(item.url for item in named),
        lines=len(listing.items),
    )


def same_page_key(url: str) -> str:
    """An address as far as it says which page is meant: http and https, www. or not, index.html or not."""
    parts = urlsplit(url)
    path = re.sub(r"index\.[sj]?html?$", "", parts.path) or "/"
    return f"{(parts.netloc or '').removeprefix('www.')}{path}?{parts.query}"
