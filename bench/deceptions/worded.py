"""Reports whose words lead astray: openings that name nobody or another year, labels of the provinces, text
without the rules of its tables. What a person reads of them is true, or left open."""

from __future__ import annotations

from random import Random

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft, Line
from demo.skins import SKINS

SUBJECT = "政府信息公开工作年度报告"
# The lines that a report opens with; `agency` and `year` are the true ones, `short` leaves the last sign out.
OPENINGS = (
    ("{year}年" + SUBJECT, "我镇认真贯彻落实上级部署，编制本报告。"),
    ("{year}年" + SUBJECT, "据《中华人民共和国政府信息公开条例》，我局编制本报告。"),
    ("{year}年" + SUBJECT, "综合全年工作情况，现公布如下。"),
    ("{agency}", "{year}年" + SUBJECT, "我局高度重视政府信息公开。"),
    ("{agency}{year}年政府信息公", "开工作年度报告", "根据上级有关部门的通知，编制本报告。"),
    ("附件：{agency}{year}年" + SUBJECT, "我单位按期编制。"),
    ("{agency}" + SUBJECT, "（截止{year}年12月31日）"),
    ("{agency}" + SUBJECT, "{year}年，我局扎实推进各项工作。"),
    ("《{agency}{year}年" + SUBJECT + "》", "按照要求，现将有关情况公布如下。"),
    ("{agency}{year}年度" + SUBJECT, "数据统计截止{year}年12月31日，上年度报告已于{year}年1月公布。"),
    ("{agency}关于{year}年" + SUBJECT, "据《关于做好{last}年工作的通知》，编制本报告。"),
    ("{agency}", SUBJECT, "（{year}年度）"),
)
# What a label is in a province's print.
LABELS = (
    {"规章": "规章（指政府规章，应提供相关数据）", "行政许可": "行政许可（按办结数填报）"},
    {"行政规范性文件": "行政规范性文件（以正式印发的为准，应提供相关数据）"},
    {"现行有效件数": "现行有效件", "本年制发件数": "本年制发件", "本年废止件数": "本年废止件"},
    {"本年新制作数量": "本年新", "本年新公开数量": "本年新"},
    {"商业企业": "商业", "科研机构": "科研", "法律服务机构": "法律服务", "社会公益组织": "社会公益"},
    {"自然人": "自然人（公民）", "总计": "合计"},
    {"行政处罚": "行政处罚（含简易程序）", "行政强制": "行政强制（件）"},
    {"行政事业性收费": "行政事业性收费（单位：万元）"},
    {"结果维持": "维持", "结果纠正": "纠正", "尚未审结": "未审结"},
    {"其他结果": "其它结果", "其他": "其它"},
    {"规章": "规 章", "行政许可": "行 政 许 可", "总计": "总　计"},
    {"信息内容": "信息 内容", "本年处理决定数量": "本年度处理决定数量"},
)


def openings(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A report with other words before its tables."""
    _unmarked(draft, texts)
    agency, year = draft.plan.agency.name, draft.plan.year
    heads = [one.format(agency=agency, year=year, last=year - 1) for one in OPENINGS[variant % len(OPENINGS)]]
    kept = [one for one in draft.blocks if not (isinstance(one, Line) and one.kind in ("title", "body"))]
    draft.blocks[:] = [Line(heads[0], "title"), *(Line(one, "body") for one in heads[1:]), *kept]
    draft.title = ""
    skin = rng.choice(("html_clean", "text_tabs", "docx"))
    return SKINS[skin].render(draft, rng).data, SKINS[skin].format


def labels(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A report whose labels and heads are those of a province."""
    _unmarked(draft, texts)
    page = SKINS["html_clean"].render(draft, rng).data.decode()
    for usual, printed in LABELS[variant % len(LABELS)].items():
        page = page.replace(f">{usual}<", f">{printed}<")
    return page.encode(), "html"


def rows_of_text(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A report as text whose cells are told apart by bars, by lines, or not at all."""
    _unmarked(draft, texts)
    skin = "text_cells" if variant % 12 in (3, 4, 5) else "text_tabs"
    lines = SKINS[skin].render(draft, rng).data.decode().split("\n")
    return "\n".join(_REWRITTEN[variant % len(_REWRITTEN)](line) for line in lines).encode(), "txt"


_REWRITTEN = (
    lambda line: line.replace("\t", " | "),
    lambda line: line.replace("\t", "\n|\n"),
    lambda line: line.replace("\t", "|") + ("|" if "\t" in line else ""),
    lambda line: line + "\n|",
    lambda line: line or "|",
    lambda line: line + "\n",
    lambda line: line.replace("\t", "\n"),
    lambda line: " ".join(line.split("\t")),
    lambda line: "  ".join(filter(None, line.split("\t"))),
    lambda line: line.replace("\t\t", "\t"),
    lambda line: line.replace("\t", "│"),
    lambda line: f"| {line} |".replace("\t", " | ") if "\t" in line else line,
)


def _unmarked(draft: Draft, texts: Texts) -> None:
    """Let the marked cell print what it prints."""
    key = next(key for key, one in draft.cells.items() if one.printed == MARK)
    draft.cells[key] = texts.cell


WORDED = {"names_and_years": openings, "labels": labels, "text_layouts": rows_of_text}
