"""What people read of a release: README, terms, citation, dictionary; and Zenodo's metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping

from publish.releases.edition import TITLE_EN, TITLE_ZH, Edition
from query.dictionary import pages

_MADE_UP = "虚构数据：地名、机关和数字都不存在。 MADE UP: neither places nor figures exist."
_ABOUT = (
    "Cells of the statistical tables that administrative organs in China must publish each year in their "
    "reports on the disclosure of government information: each as printed, with its place in its source."
)


def papers(edition: Edition, counts: Mapping[str, int]) -> Mapping[str, str]:
    """The texts by file name."""
    return {
        "README.md": _readme_en(edition, counts),
        "README.zh.md": _readme_zh(edition, counts),
        "LICENSE.md": _terms(edition),
        "CITATION.cff": _citation(edition),
        ".zenodo.json": _json(_zenodo(edition)),
        "dictionary.md": f"<!-- {edition.name} -->\n\n{pages()['dictionary.md']}",
    }


def _table(counts: Mapping[str, int]) -> str:
    return "\n".join(
        ["| table | rows |", "|---|---:|", *(f"| {name} | {rows} |" for name, rows in counts.items())]
    )


def _readme_en(edition: Edition, counts: Mapping[str, int]) -> str:
    return f"""# {edition.name}

[中文](README.zh.md)
{_warning(edition)}
{_ABOUT}

A value is what is printed. `value` is null unless a number is printed, and `value_status` says what stands
there instead. What the columns mean, and the rows of the form: [dictionary.md](dictionary.md); the rows for
programs: `codebook.csv`. How far each report may be believed, in one word: `grades.csv`.

- `parquet/` all tables, sorted, with page index; `gknb sql --build parquet "…"` asks them, so does DuckDB.
- `csv/` the same tables, UTF-8; lists as JSON; an empty text and none are both empty; the last column is the
  version.
- `stata/` facts a year a file, or several of a year that has many, and reports; `.a` to `.f` say why a number
  is missing.
- `CHANGELOG.md` and `changes.csv`, where this is not the first release: what changed cell by cell, and why.
- `audit.json`, where people keyed a sample: the share of reports read wrongly, with its interval.
- `datapackage.json`, `croissant.json` describe the files to programs. Check: `sha256sum -c SHA256SUMS`; where
  `SHA256SUMS.sig` is there, `ssh-keygen -Y verify -n gknb-release` holds it against a key that you trust.

Version {edition.version}, build {edition.build}. Terms: [LICENSE.md](LICENSE.md); to cite: `CITATION.cff`.

{_table(counts)}
"""


def _readme_zh(edition: Edition, counts: Mapping[str, int]) -> str:
    return f"""# {edition.name} {TITLE_ZH}

[English](README.md)
{_warning(edition)}
各行政机关政府信息公开工作年度报告统计表的单元格：照所印，附在原件中的位置。

值就是所印的。未印数字则 `value` 为空，`value_status` 写明那里是什么。各列和表格各行的意思见
[dictionary.md](dictionary.md)，各行供程序用的见 `codebook.csv`。
每份报告可信到什么程度，一词一格：`grades.csv`。

- `parquet/` 全部表，已排序，带页索引；`gknb sql --build parquet "…"` 或 DuckDB 可查询。
- `csv/` 同样的表，UTF-8；列表为 JSON；空文字与无值都为空；末列是版本。
- `stata/` 事实按年一个文件（一年很多时分为几个），另有报告；`.a` 至 `.f` 说明数字缺失的原因。
- `CHANGELOG.md` 和 `changes.csv`（首版没有）：逐格的变化及其原因。
- `audit.json`（有人抽样重录时）：有多少报告读错，及其区间。
- `datapackage.json`、`croissant.json` 供程序识别。校验：`sha256sum -c SHA256SUMS`；有 `SHA256SUMS.sig` 时，用
  `ssh-keygen -Y verify -n gknb-release` 对照你信任的公钥。

版本 {edition.version}，构建 {edition.build}。条款见 [LICENSE.md](LICENSE.md)；引用见 `CITATION.cff`。

{_table(counts)}
"""


def _warning(edition: Edition) -> str:
    return f"\n**{_MADE_UP}**\n" if edition.made_up else ""


def _terms(edition: Edition) -> str:
    return f"""# {edition.name}: 条款 Terms

SPDX-License-Identifier: CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)

事实以 CC BY 4.0 发布；请引用数字所出的报告，每行都有其原件的哈希和位置。报告归其发布者；本库不是官方来源。

The facts are published under CC BY 4.0; cite the report that a number comes from, as each row does with its
source's hash and place. The reports belong to those who published them; gknb is not an official source.
"""


def _citation(edition: Edition) -> str:
    day = f"date-released: {edition.day}\n" if edition.day else ""
    return f"""cff-version: 1.2.0
type: dataset
message: "Cite this release, and the report that a number comes from."
title: "{TITLE_ZH} {TITLE_EN}"
version: "{edition.version}"
{day}license: CC-BY-4.0
authors:
  - name: "gknb contributors"
"""


def _zenodo(edition: Edition) -> Mapping[str, object]:
    day = {"publication_date": str(edition.day)} if edition.day else {}
    return {
        "title": f"{TITLE_ZH} {TITLE_EN}",
        "upload_type": "dataset",
        "description": _ABOUT + (f" {_MADE_UP}" if edition.made_up else ""),
        "creators": [{"name": "gknb contributors"}],
        "access_right": "open",
        "license": "cc-by-4.0",
        "version": edition.version,
        "keywords": ["政府信息公开", "freedom of information", "China", "open data"],
        **day,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
