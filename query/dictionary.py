"""The data dictionary and the cookbook as pages, made from the codebook, the views and the examples.

`python -m query.dictionary [FOLDER]` writes ``dictionary`` and ``cookbook`` as Markdown and HTML, in both
languages, into ``docs/``. Nothing in the pages stands anywhere else in another wording: they are what the
database says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow.parquet as pq
import typer

from base.paths import ROOT
from base.temporary import temporary_folder
from extract.form.layout.codebook import read_table
from extract.schemas import TABLES
from query.cookbook import READERS, examples
from query.database import open_build
from query.definitions import VIEWS
from query.names import promise

DOCS = ROOT / "docs"
_TEXTS = {"x1": "正文第一部分 · text of section one", "x6": "正文第六部分 · text of section six"}
_ACROSS = {"across_years": "跨年度 Across years", "across_levels": "跨层级 Across levels"}
_MADE = (
    "由 `python -m query.dictionary` 生成，不要手改。 "
    "Made by `python -m query.dictionary`; do not edit by hand."
)
_STYLE = (
    "body{max-width:72rem;margin:2rem auto;padding:0 1rem;line-height:1.5;font-family:system-ui,"
    '"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}'
    "table{border-collapse:collapse;font-size:.9rem}td,th{border:1px solid #ccc;padding:.2rem .5rem;"
    "text-align:left;vertical-align:top}pre{background:#f5f5f5;padding:.6rem;overflow-x:auto}"
)


def pages() -> Mapping[str, str]:
    """The four pages by file name."""
    with described_database() as database:
        dictionary = "\n".join(_dictionary(database)) + "\n"
    cookbook = "\n".join(_cookbook()) + "\n"
    return {
        "dictionary.md": dictionary,
        "dictionary.html": _html("数据字典 · Data dictionary", dictionary),
        "cookbook.md": cookbook,
        "cookbook.html": _html("问答手册 · Cookbook", cookbook),
    }


@contextmanager
def described_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """The views with their comments, which do not depend on what a build holds."""
    with temporary_folder() as folder:
        pq.write_table(TABLES["facts"].schema.empty_table(), folder / "facts.parquet")
        with open_build(folder) as database:
            yield database


def columns_of(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Every view with each of its columns, in their order."""
    there: list[tuple[str, str]] = database.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal "
        "ORDER BY list_position($views, table_name), column_index",
        {"views": list(VIEWS)},
    ).fetchall()
    return there


def write_pages(folder: Path) -> list[Path]:
    """Write the pages into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _dictionary(database: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield from ("# 数据字典 · Data dictionary", "", _MADE, "")
    yield from (
        "值就是所印的：空白不是零，读不出的写明读不出，任何勾稽都不改数字。 "
        "A value is what is printed: a blank is no zero, what cannot be read says so, and no check changes a "
        "number.",
        "",
        "相除用 `share(部分, 全体)`：全体为零或不详时为空，而 0/0 直接相除是 NaN，排序时居首。"
        "层级用 `level_of(agency_id)`。 "
        "Divide with `share(part, whole)`, which is null where the whole is zero or unknown: 0/0 is NaN, and "
        "sorts above every number. `level_of(agency_id)` gives the level.",
        "",
        "- [视图 Views](#views)",
        "- [表格各行 Rows of the form](#rows)",
        "- [申请人 Applicants](#applicants)",
        "- [存疑标记 Flags](#cell-flags)",
        "- [勾稽关系 Identities](#identities)",
        "- [制度变化 Breaks](#breaks)",
        "- [问答手册 Cookbook](cookbook.md)",
        "",
        *_heading(2, "views", "视图 Views"),
    )
    said = dict(
        database.execute(
            "SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall()
    )
    yield from _table(
        ("视图 view", "一行是", "one row"),
        ((f"[`{view}`](#{view})", *_both(said[view])) for view in VIEWS),
    )
    for view in VIEWS:
        yield from (*_heading(3, view, f"`{view}`"), *_both(said[view]), "")
        columns = database.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name = $view ORDER BY column_index",
            {"view": view},
        ).fetchall()
        yield from _table(
            ("列 column", "类型 type", "说明", "meaning"),
            ((f"`{name}`", f"`{type_}`", *_both(comment)) for name, type_, comment in columns),
        )
    yield from _codebook(database)


def _codebook(database: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The rows of the form, and what is known about them."""
    yield from (
        *_heading(2, "rows", "表格各行 Rows of the form"),
        "只有 leaf（末级行）可以相加；总计、组和其中项不可与其部分相加。 "
        "Add up leaves only; totals, groups and of_which rows contain others.",
        "",
    )
    titles = _TEXTS | {
        row["table"]: f"{row['title_zh']} · {row['title_en']}" for _, row in read_table("tables")
    }
    position = {row["row_code"]: line for line, row in read_table("rows")}
    rows = sorted(
        database.execute(
            "SELECT form_table, row_code, label_zh, column_label_zh, label_en, node, editions, unit, name "
            "FROM codebook"
        ).fetchall(),
        key=lambda row: position[row[1]],
    )
    for form, of_form in groupby(rows, lambda row: str(row[0])):
        yield from (f"### {titles[form]}", "")
        yield from _table(
            ("行 row_code", "标签", "label", "层级 node", "版式 editions", "单位 unit", "列名 column"),
            (
                (f"`{code}`", " ".join(filter(None, (zh, column))), en, node, editions, unit, name)
                for _, code, zh, column, en, node, editions, unit, name in of_form
            ),
        )
    yield from _heading(2, "applicants", "申请人 Applicants")
    yield from _table(
        ("applicant_type", "中文", "English"),
        database.execute("SELECT applicant_type, label_zh, label_en FROM stored.applicant_types").fetchall(),
    )
    yield from _heading(2, "cell-flags", "存疑标记 Flags of cells")
    yield from _table(
        ("标记 flag", "含义", "meaning"),
        database.execute("SELECT flag, meaning_zh, meaning_en FROM flags").fetchall(),
    )
    yield from _heading(2, "identities", "勾稽关系 Identities")
    yield from _table(
        ("检查项 check", "版式 editions", "左 left", "右 right", "中文", "English"),
        database.execute(
            "SELECT check_id, editions, left_side, right_side, message_zh, message_en FROM identities"
        ).fetchall(),
    )
    for name, title in _ACROSS.items():
        yield from (f"### {title}", "")
        yield from _table(
            ("检查项 check", "程度 severity", "中文", "English", "依据 basis"),
            (
                (row["check_id"], row["severity"], row["message_zh"], row["message_en"], row["basis"])
                for _, row in read_table(name)
            ),
        )
    yield from _heading(2, "breaks", "制度变化 Breaks")
    yield from _table(
        ("首个年度 first year", "比率 measures", "变化", "change", "依据 basis"),
        database.execute(
            "SELECT first_year, string_split(measures, '|'), zh, en, basis FROM stored.breaks"
        ).fetchall(),
    )


def _cookbook() -> Iterator[str]:
    yield from ("# 问答手册 · Cookbook", "", _MADE, "")
    yield from (
        "列出 List them: `gknb sql --examples`；运行 run one: `gknb sql --example NAME`。 "
        "各列的意思见 [数据字典](dictionary.md)。 What the columns mean: [data dictionary](dictionary.md).",
        "",
    )
    for reader, asked in groupby(examples(), lambda one: one.reader):
        yield from (f"## {READERS[reader]} · {reader.capitalize()}", "")
        for one in asked:
            yield from (f"### `{one.name}`", "", one.zh, "", one.en, "", "```sql", one.sql, "```", "")


def _heading(level: int, anchor: str, text: str) -> tuple[str, ...]:
    """A heading that links reach in Markdown and in HTML, whatever its words."""
    return (f'<a id="{anchor}"></a>', "", f"{'#' * level} {text}", "")


def _both(comment: str) -> tuple[str, str]:
    """Chinese and English of a comment."""
    chinese, _, english = comment.partition(" | ")
    return chinese, english


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A Markdown table; what Markdown would take for its own is escaped."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(value) for value in row)} |"
    yield ""


def _cell(value: object) -> str:
    words = map(str, value) if isinstance(value, list) else str("" if value is None else value).split()
    text = " ".join(words)
    return text.replace("|", "\\|") if text.startswith(("`", "[")) else _plain(text)


def _plain(text: str) -> str:
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return text


def _html(title: str, markdown: str) -> str:
    """The page as HTML that stands alone, its links to the other pages included."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark").enable("table").render(markdown)
    for page in ("cookbook", "dictionary"):
        body = body.replace(f'href="{page}.md"', f'href="{page}.html"')
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n{body}</html>\n"
    )


def main(folder: Annotated[Path, typer.Argument(help="Where the pages are written.")] = DOCS) -> None:
    """Write the data dictionary and the cookbook, and promise the names that they are the first to have."""
    with described_database() as database:
        promise(columns_of(database))
    for path in write_pages(folder):
        print(path)


if __name__ == "__main__":
    typer.run(main)
