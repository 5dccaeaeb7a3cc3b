"""Faults of the report as a whole: another year's form, no values, no tables, or no such report at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from demo import narrative
from demo.draft import Block, Box, Draft, Line, Plan, Sheet
from demo.faults.base import COLUMNS, Fault

_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


def _hybrid(plan: Plan, rng: Random) -> Plan:
    """Table two of one edition, table three of the other (docs/domain/variation.md#mixed-editions)."""
    other = "e2019" if plan.edition == "e2021" else "e2021"
    return replace(plan, editions={**plan.editions, "t3": other, "t4": other})


def _say_hybrid(draft: Draft, rng: Random) -> str:
    return "editions: " + ", ".join(f"{table} {edition}" for table, edition in draft.plan.editions.items())


def _late(plan: Plan, rng: Random) -> Plan:
    """The old form used again years after it was replaced."""
    year = rng.randint(2022, 2024) if plan.edition == "e2019" else rng.randint(2019, 2021)
    published = plan.published_at.replace(year=year + 1, day=min(plan.published_at.day, 28))
    return replace(plan, year=year, title_year=year + plan.title_year - plan.year, published_at=published)


def _say_late(draft: Draft, rng: Random) -> str:
    return f"the form of {draft.plan.edition} used for {draft.plan.year}"


def _empty(draft: Draft, rng: Random) -> str:
    for key in draft.cells:
        draft.blank(key)
    draft.status = "empty_form"
    return "not one cell is filled"


def _no_tables(draft: Draft, rng: Random) -> str:
    draft.blocks = [block for block in draft.blocks if not isinstance(block, Sheet)]
    draft.cells.clear()
    draft.status = "no_tables"
    return "the report is text only"


def _no_report(make: Callable[[Draft, Random], tuple[str, list[Block]]]) -> Callable[[Draft, Random], str]:
    def apply(draft: Draft, rng: Random) -> str:
        title, blocks = make(draft, rng)
        draft.title = title
        draft.blocks = [Line(title, "title"), *blocks]
        draft.cells.clear()
        draft.status = "not_a_report"
        return f"no annual report: {title}"

    return apply


def _filled(draft: Draft, sheet: Sheet) -> Sheet:
    """The table with its values as plain text: it is none of the form's of an annual report."""
    rows = [[replace(box, text=draft.text(box), keys=(), code="") for box in row] for row in sheet.rows]
    return replace(sheet, table="", rows=rows)


def _quarterly(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    quarter = rng.choice(_QUARTERS)
    title = f"{draft.plan.agency.name}{draft.plan.year}年{quarter}政府信息公开情况统计表"
    note = Line(f"填报单位：{draft.plan.agency.name}　统计期：{draft.plan.year}年{quarter}")
    return title, [note, *(_filled(draft, sheet) for sheet in draft.sheets())]


def _notice(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    plan = draft.plan
    title = f"关于做好{plan.year}年政府信息公开工作年度报告编制发布工作的通知"
    texts = (
        "各乡镇人民政府、街道办事处，政府各部门：",
        f"根据《中华人民共和国政府信息公开条例》，现就编制{plan.year}年政府信息公开工作年度报告通知如下。",
        f"一、统计期限。数据统计期限为{plan.year}年1月1日至12月31日。",
        f"二、时间要求。请于{plan.year + 1}年1月{rng.randint(10, 25)}日前报送，1月31日前发布。",
        "三、内容要求。年度报告包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六部分。",
    )
    return title, [Line(text) for text in texts]


def _infographic(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    plan = draft.plan
    title = f"【图解】一图读懂{plan.agency.name}{plan.year}年政府信息公开工作年度报告"
    return title, [
        Line("（点击图片查看大图）"),
        Line(f"扫一扫在手机打开当前页　字号：大 中 小　{plan.published_at}"),
    ]


def _guide(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    title = f"{draft.plan.agency.name}政府信息公开指南"
    texts = (
        "为了更好地提供政府信息公开服务，编制本指南。",
        "一、主动公开。公开范围见《政府信息公开目录》，公开形式包括政府网站、政府公报、政务新媒体。",
        "二、依申请公开。申请人可当面、邮寄、网络提出申请，填写《政府信息公开申请表》。"
        "收到申请之日起20个工作日内答复，需要延长的不超过20个工作日。",
        "三、监督方式及程序。每年1月31日前公布本机关上一年度政府信息公开工作年度报告。",
    )
    return title, [Line(text) for text in texts]


def _website(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    plan = draft.plan
    rows = (
        ("填报单位（盖章）", plan.agency.name),
        ("网站名称", f"{plan.agency.place.name}人民政府网"),
        ("独立用户访问总量（单位：个）", str(rng.randint(1_000, 900_000))),
        ("网站总访问量（单位：次）", str(rng.randint(10_000, 9_000_000))),
        ("信息发布总数（单位：条）", str(rng.randint(100, 9_999))),
        ("收到留言数量（单位：条）", str(rng.randint(0, 300))),
        ("按时办结数量（单位：条）", str(rng.randint(0, 300))),
        ("办件量（单位：件）", str(rng.randint(0, 9_999))),
    )
    sheet = Sheet("", "", [[Box(label), Box(text)] for label, text in rows], (60, 40))
    return f"政府网站工作年度报表（{plan.year}年度）", [sheet]


def _school(draft: Draft, rng: Random) -> tuple[str, list[Block]]:
    plan = draft.plan
    name = f"{plan.agency.place.name}职业技术学院"
    title = f"{name}{plan.year}-{plan.year + 1}学年信息公开工作年度报告"
    texts = (
        f"本报告统计期限为{plan.year}年9月1日至{plan.year + 1}年8月31日。",
        f"一、概述。学校通过校园网主动公开信息{rng.randint(100, 3_000)}条。",
        f"二、依申请公开情况。本学年收到信息公开申请{rng.randint(0, 9)}件，均已答复。",
    )
    return title, [Line(text) for text in texts]


def _other_tables(draft: Draft, rng: Random) -> str:
    """A table of something else stands right before the form's first table."""
    first = next(i for i, block in enumerate(draft.blocks) if isinstance(block, Sheet) and block.table)
    draft.blocks[first:first] = narrative.other_tables(rng, draft.plan)
    return "a table of something else beside the form"


WHOLE_FAULTS = {
    "hybrid_edition": Fault("tables of two editions", _say_hybrid, _hybrid, COLUMNS),
    "old_form_reused": Fault("an old form in a later year", _say_late, _late, ("e2014", "e2019")),
    "other_tables": Fault("a table of something else beside the form", _other_tables),
    "empty_form": Fault("the form published empty", _empty, whole=True),
    "narrative_only": Fault("a report without tables", _no_tables, whole=True),
    "quarterly_table": Fault("a quarterly return", _no_report(_quarterly), editions=("e2014",), whole=True),
    "notice": Fault("a notice that asks for reports", _no_report(_notice), whole=True),
    "infographic": Fault("the page of an infographic", _no_report(_infographic), whole=True),
    "guide": Fault("a guide to disclosure", _no_report(_guide), whole=True),
    "website_return": Fault("a website's yearly return", _no_report(_website), whole=True),
    "school_report": Fault("a school's disclosure report", _no_report(_school), whole=True),
}
