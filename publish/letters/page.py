"""The letter as a page of HTML to print: in Chinese, no scripts, nothing fetched, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from base.streams import visible
from extract.form.layout.codebook import codebook, read_table
from publish.answers import Row
from publish.exports.asked import statuses
from publish.letters.broken import AskedAbout, Broken
from publish.letters.seen import LookAt, looks_at
from publish.looks import Look

_CSS = """
@page { size: A4; margin: 18mm 16mm; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; color: #111; background: #fff;
  font: 11pt/1.65 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, "Noto Sans SC", serif; }
h1 { font-size: 16pt; text-align: center; } h2 { font-size: 13pt; border-bottom: 1px solid #111; }
h3 { font-size: 11.5pt; margin: 1.2em 0 0.3em; }
p, td, th, dd { overflow-wrap: anywhere; unicode-bidi: plaintext; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; } dd { margin: 0; }
table { border-collapse: collapse; font-size: 9pt; line-height: 1.35; max-width: 100%; }
td, th { border: 1px solid #777; padding: 1px 5px; text-align: left; font-weight: normal; }
td.marked { outline: 3px solid #c81e1e; outline-offset: -2px; font-weight: bold; }
img { max-width: 100%; max-height: 230mm; display: block; border: 1px solid #999; }
.made-up { border: 2px solid #c81e1e; padding: 0.3em 0.6em; font-weight: bold; }
.small { font-size: 8.5pt; color: #444; }
section.broken > h3, figure, .cells tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
figure { margin: 0.5em 0; }
"""
_PROVEN = (
    "已证实所印如此：另有一份不同格式的文件，另行读取，各格与此完全相同。不相符的原因和何处应改，"
    "请贵机关核实。那份文件是："
)
_UNDECIDED = "未定：可能是原件如此，也可能是本项目读取有误，尚未证实，不归于任何一方。请对照原件核对。"


_MADE_UP = "虚构数据，不得寄出：地名、机关和数字都不存在。MADE UP, not to be sent."


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks, from which build. `notes` say where the data come from; `made_up` that they are a demo's."""

    contact: str | None
    build: str
    notes: Sequence[str]
    made_up: bool


def pieces(reports: Sequence[AskedAbout], agency: str, sender: Sender, look: LookAt) -> Iterator[str]:
    """The page piece by piece, as the files are looked at."""
    told = [one for one in reports if one.broken]
    yield from _head(agency, sender, [one for report in told for one in report.broken])
    for one in told:
        yield from _report(one, look)
    yield from _foot(reports, sender)


def _head(agency: str, sender: Sender, broken: Sequence[Broken]) -> Iterator[str]:
    style = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{style}'"
    title = "关于政府信息公开工作年度报告数据的核对函"
    proven = sum(one.is_proven for one in broken)
    yield (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{_text(agency)}：{title}</title>'
        f"<style>{_CSS}</style></head>\n<body>\n"
    )
    if sender.made_up:
        yield f'<p class="made-up">{_MADE_UP}</p>\n'
    yield (
        f"<h1>{title}</h1>\n<p>{_text(agency)}：</p>\n"
        "<p>贵机关发布的政府信息公开工作年度报告中，下列数字按表式的勾稽关系不相符，共 "
        f"{len(broken)} 处：其中 {proven} 处已证实所印如此，{len(broken) - proven} 处未定、请核对。"
        "所列数字照录原件，未作改动；红框标出所涉各格。如系笔误，请予更正；如系本项目读取有误，请告知。</p>\n"
    )


def _report(one: AskedAbout, look: LookAt) -> Iterator[str]:
    report = one.report
    fetched = "；".join(
        f"{at:%Y-%m-%d %H:%M} UTC"
        for at in dict.fromkeys((report["first_fetched"], report["last_fetched"]))
        if at
    )
    facts = {
        "报告": report["title"],
        "网址": report["url"],
        "文件": None if report["url"] == report["source_name"] else report["source_name"],
        "发布": report["published_at"],
        "抓取": fetched or "未记录（文件由使用者提供）",
        "SHA-256": report["source_sha256"],
    }
    yield f"<h2>{report['year'] or '年度不明'} 年度</h2>\n<dl>{_facts(facts)}</dl>\n"
    for number, broken in enumerate(one.broken, start=1):
        yield from _broken(number, broken, report, look)


def _broken(number: int, one: Broken, report: Row, look: LookAt) -> Iterator[str]:
    finding = one.finding
    said = finding["message"].split(" | ")[0]
    yield f'<section class="broken">\n<h3>{number}. {_text(said)}</h3>\n'
    if not one.cells:
        yield f"<p>位置：{_text(finding['row_code'])} {_text(finding['applicant_type'])}</p>\n"
    else:
        yield from _cells(one)
    told = f"{_PROVEN}{_text(one.where_too)}" if one.is_proven else _UNDECIDED
    yield f"<p><strong>{told}</strong></p>\n"
    yield from (_figure(seen) for seen in looks_at(report, one.cells, look))
    if finding["evidence"]:
        yield f'<p class="small">程序记录（{_text(finding["check_id"])}）：{_text(finding["evidence"])}</p>\n'
    yield "</section>\n"


def _cells(one: Broken) -> Iterator[str]:
    """The cells of both sides, in the form's own words."""
    meanings = {row["flag"]: row["meaning_zh"] for _, row in read_table("flags")}
    if table := codebook().tables.get(one.cells[0]["form_table"]):
        yield f'<p class="small">{_text(table.title_zh)}</p>\n'
    yield '<table class="cells">\n'
    yield "<tr><th></th><th>项目</th><th>申请人</th><th>所印</th><th>读取时的疑点</th></tr>\n"
    for side, cells in (("左", one.left), ("右", one.right)):
        for cell in cells:
            label = "，".join(filter(None, (cell["parent_zh"], cell["label_zh"], cell["column_label_zh"])))
            printed = cell["published"] if cell["published"].strip() else _said(cell["value_status"])
            doubts = "；".join(
                [*(meanings.get(flag, flag) for flag in cell["flags"] or ()), *_correction(cell)]
            )
            yield (
                f"<tr><td>{side if one.right else ''}</td><td>{_text(label or cell['row_code'])}</td>"
                f"<td>{_text(cell['applicant_zh'] or cell['applicant_type'])}</td>"
                f"<td>{_text(printed)}</td><td>{_text(doubts)}</td></tr>\n"
            )
    yield "</table>\n"
    blank = any(cell["value_status"] not in ("number", "annotated") for cell in one.cells)
    if one.right:
        more = "没有数字的格在核对时不计。" if blank else ""
        left, right = (_text(_said(one.finding[side])) for side in ("found", "expected"))
        yield f"<p>左边合计 {left}，右边合计 {right}。{more}</p>\n"


def _correction(cell: Row) -> Iterator[str]:
    """What a person holds to be right, where one does."""
    if cell["correction_status"]:
        accepted = "" if cell["correction_status"] == "accepted" else "（待定）"
        yield f"有人更正为 {cell['proposed_value']:.15g}{accepted}：{cell['reason']}"


def _said(amount: str) -> str:
    """An amount, or what stands in a cell without one."""
    return f"（{statuses()[amount].zh}）" if amount in statuses() else amount


def _figure(seen: Look) -> str:
    if seen.picture:
        source = f"data:{seen.media_type};base64,{base64.b64encode(seen.picture).decode()}"
        return f'<figure><img alt="原件所印，红框为所涉各格" src="{source}"></figure>\n'
    if seen.problem or seen.excerpt is None:
        return f'<p class="small">无法附图：{_text(seen.problem)}</p>\n'
    return f"<figure>{_redrawn(seen.excerpt)}</figure>\n"


def _redrawn(excerpt: Mapping[str, Any]) -> str:
    """The table or the text as read, the cells marked."""
    if excerpt["kind"] == "text":
        lines = (_line(one["text"], bool(one["marks"])) for one in excerpt["paragraphs"])
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
    drawn = "".join(
        f"<tr>{''.join(_line(cell['text'], bool(cell['marks']), cell) for cell in row)}</tr>\n"
        for row in excerpt["rows"]
    )
    return f"<table>\n{drawn}</table>"


def _line(text: str, marked: bool, cell: Mapping[str, Any] | None = None) -> str:
    spans = f' rowspan="{cell["row_span"]:d}" colspan="{cell["column_span"]:d}"' if cell else ""
    mark = ' class="marked"' if marked else ""
    return f"<td{mark}{spans}>{_text(text)}</td>"


def _foot(reports: Sequence[AskedAbout], sender: Sender) -> Iterator[str]:
    yield "<h2>说明</h2>\n"
    if left_out := sum(one.left_out for one in reports):
        yield f"<p>另有 {left_out} 处不相符查明是本项目读取有误，未列入。</p>\n"
    yield (
        "<p>本项目（公开年报库 gknb）收集各机关公开发布的年度报告，照录其中统计表的数字，不是官方来源。"
        "“已证实”只说明两份文件所印相同，不说明原因。</p>\n"
        f"<dl>{_facts({'联系': sender.contact or '＿＿＿＿＿＿＿＿＿＿', '构建': sender.build})}</dl>\n"
        f'<p class="small">{"<br>".join(map(_text, sender.notes))}</p>\n</body></html>\n'
    )


def _facts(facts: Mapping[str, object]) -> str:
    return "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in facts.items() if value)


def _text(value: object) -> str:
    """A text of anybody's: escaped, and its control characters made visible."""
    return escape(visible("" if value is None else str(value)))
