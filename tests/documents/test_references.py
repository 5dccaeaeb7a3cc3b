"""What code, tables and documents refer to is there: the page, and the heading on it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("base", "bench", "commands", "crawler", "data", "demo", "extract", "publish", "query", "tests")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md")), ROOT / "data/registry/SOURCES.md"]
)
MENTION = re.compile(r"docs/[\w/-]+\.md(?:#[\w-]+)?")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Names of notes that were never part of the repository, each with a number of a section.
ELSEWHERE = re.compile(r"\b(?:DOMAIN|FAMILIES|DESIGN|FACTS)(?:\.md)?[ ,;:)](?: *section)? *\d")
OWN = "tests/documents/test_references.py"


def sources() -> Iterator[tuple[str, str]]:
    """Every file that people write, with its text; data/lake is what builds made, and a person's own."""
    for top in FOLDERS:
        for folder, inside, names in os.walk(ROOT / top):
            inside[:] = sorted(name for name in inside if Path(folder, name) != ROOT / "data" / "lake")
            for path in sorted(Path(folder, name) for name in names):
                if path.suffix in (".py", ".sql", ".csv", ".md"):
                    place = path.relative_to(ROOT).as_posix()
                    yield place, path.read_text(encoding="utf-8", errors="replace")


def anchors(page: Path) -> set[str]:
    """The headings of a page as its readers' links name them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    ids = re.findall(r'<[^>]*\bid="([^"]+)"', text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings} | {
        *ids
    }


def is_there(page: Path, anchor: str) -> bool:
    return page.exists() and (not anchor or page.is_dir() or anchor in anchors(page))


def test_each_page_and_heading_that_code_names_is_there() -> None:
    named = {(place, mention) for place, text in sources() for mention in MENTION.findall(text)}
    assert len([mention for _, mention in named if "docs/domain/" in mention]) > 50
    lost = sorted(
        f"{place}: {mention}"
        for place, mention in named
        if not is_there(ROOT / mention.partition("#")[0], mention.partition("#")[2])
    )
    assert lost == []


def test_code_refers_to_nothing_outside_the_repository() -> None:
    assert [
        (place, found) for place, text in sources() if place != OWN for found in ELSEWHERE.findall(text)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_of_a_document_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    lost = [
        link
        for link in links
        if not is_there(
            page.parent / link.partition("#")[0] if link[0] != "#" else page, link.partition("#")[2]
        )
    ]
    assert lost == []


def test_a_lost_reference_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Checks 勾稽关系\n\n## Whose error\n\n```\n## not a heading\n```\n", encoding="utf-8")
    assert anchors(page) == {"checks-勾稽关系", "whose-error"}
    assert is_there(page, "whose-error") and is_there(page, "")
    assert not is_there(page, "not-a-heading") and not is_there(tmp_path / "other.md", "")
    assert ELSEWHERE.search("(DOMAIN 3.5)") and ELSEWHERE.search("FAMILIES.md section 3")
