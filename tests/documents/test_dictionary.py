"""The pages in docs/ say what the database says, of all that it has."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from query.cookbook import examples
from query.definitions import VIEWS
from query.dictionary import DOCS, pages, write_pages
from tests.documents.conftest import BuiltHistory


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return dict(pages())


@pytest.mark.parametrize("name", ["dictionary.md", "dictionary.html", "cookbook.md", "cookbook.html"])
def test_the_committed_page_is_the_one_that_would_be_made(made: dict[str, str], name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == made[name], f"docs/{name} is out of date: run `python -m query.dictionary`"


def test_every_view_and_column_of_a_live_database_is_described(
    history: BuiltHistory, made: dict[str, str]
) -> None:
    page = made["dictionary.md"]
    columns = history.database.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal"
    ).fetchall()
    assert {view for view, _, _ in columns} == set(VIEWS)
    for view, column, data_type in columns:
        section = page.split(f"### `{view}`\n", 1)[1].split("\n### ", 1)[0]
        line = next(line for line in section.splitlines() if line.startswith(f"| `{column}` |"))
        _, _, type_, chinese, english, _ = line.replace("\\|", "").split("|")
        assert type_.strip() == f"`{data_type}`"
        assert chinese.strip(), (view, column)
        assert english.strip(), (view, column)


def test_every_row_of_the_form_is_described(history: BuiltHistory, made: dict[str, str]) -> None:
    codes = [code for (code,) in history.database.execute("SELECT row_code FROM codebook").fetchall()]
    assert len(codes) > 100
    for code in codes:
        assert f"| `{code}` |" in made["dictionary.md"]


def test_the_cookbook_has_every_question(made: dict[str, str]) -> None:
    for one in examples():
        assert f"### `{one.name}`\n\n{one.zh}\n\n{one.en}\n\n```sql\n{one.sql}\n```\n" in made["cookbook.md"]


class Page(HTMLParser):
    """What links and anchors a page has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self.links |= {said["href"] or ""} if "href" in said else set()
        self.anchors |= {said["id"] or ""} if "id" in said else set()


def test_links_lead_somewhere(made: dict[str, str]) -> None:
    for name in ("dictionary.html", "cookbook.html"):
        page = Page(made[name])
        assert page.links
        for link in page.links:
            file, _, anchor = link.partition("#")
            if file:
                assert file in made
            else:
                assert anchor in page.anchors


def test_tables_are_tables_in_html(made: dict[str, str]) -> None:
    tables = [line for line in made["dictionary.md"].splitlines() if line.startswith("|---|")]
    assert made["dictionary.html"].count("<table>") == len(tables) > len(VIEWS)
    assert "|---" not in made["dictionary.html"]


def test_the_pages_are_written_where_told(tmp_path: Path, made: dict[str, str]) -> None:
    written = write_pages(tmp_path / "pages")
    assert {path.name: path.read_text(encoding="utf-8") for path in written} == made
