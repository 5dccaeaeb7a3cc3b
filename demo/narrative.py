"""The words around the tables: titles, sections one, five and six, and tables of other things.

The text mentions the report's figures the way agencies do, also where that misleads a reader: 共办理 counts
rows one and two together, a figure of the licensing hall is not that of table two, a website's own return
stands beside the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from demo.draft import Block, Box, Line, Plan, Sheet
from demo.truth import Key

TITLES = (
    ("{agency}{year}年政府信息公开工作年度报告", 45),
    ("{agency}{year}年度政府信息公开工作年度报告", 15),
    ("{agency} {year} 年政府信息公开工作年度报告", 10),
    ("{year}年{agency}政府信息公开工作年度报告", 10),
    ("{agency}{year}年政府信息公开年度报告", 5),
    ("{year}年度{agency}政府信息公开年度报告", 5),
    ("{agency}关于{year}年度政府信息公开工作的年度报告", 4),
    ("{agency}{year}年政务信息公开年度报告", 3),
    ("{agency}{year}年政府信息公开工作年报", 3),
)
HEADINGS = {
    "one": ("一、总体情况",),
    "t2": ("二、主动公开政府信息情况",),
    "t3": ("三、收到和处理政府信息公开申请情况",),
    "t4": (
        "四、政府信息公开行政复议、行政诉讼情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "四、政府信息公开行政法复议、行政诉讼情况",
    ),
    "five": (
        "五、存在的主要问题及改进情况",
        "五、存在的主要问题及改进措施",
        "五、政府信息公开工作存在的主要问题及改进情况",
    ),
    "six": ("六、其他需要报告的事项",),
}

_PERIOD = (
    "所列数据的统计期限为{year}年1月1日至{year}年12月31日。",
    "所列数据统计期限为 {year} 年 1 月 1 日至 12 月 31 日。",
    "本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "统计时间从{year}年1月1日至12月31日。",
)
_BASIS = {
    "e2014": "根据《中华人民共和国政府信息公开条例》要求，",
    "e2019": "根据《中华人民共和国政府信息公开条例》（国务院令第711号）和国办公开办函〔2019〕60号文件要求，",
    "e2021": "根据《中华人民共和国政府信息公开条例》（国务院令第711号）、《政府信息公开工作年度报告格式》"
    "（国办公开办函〔2021〕30号）有关规定，",
}
_MANAGEMENT = (
    "（三）政府信息管理。严格落实“三审”制度，规范信息公开属性认定，动态调整主动公开目录{a}处。",
    "（三）政府信息管理。坚持“先审查、后公开”“一事一审”，全年开展自查{a}次，整改问题{b}个。",
)
_PLATFORM = (
    "（四）政府信息公开平台建设。依托门户网站设置专栏{a}个，政务新媒体账号{b}个，累计发布信息{c}条。",
    "（四）平台建设。网站独立用户访问总量{c}人次，政务公开专区接待群众{b}人次。",
)
_SUPERVISION = (
    "（五）监督保障。全年组织培训{a}次，参训{b}人次，未发生责任追究情形。",
    "（五）监督保障。把政务公开纳入年度考核，权重不低于{a}%，社会评议满意率9{a}%。",
)
_FIVE = (
    "存在的问题：一是政策解读形式比较单一；二是公开的主动性有待增强；三是工作人员业务水平需进一步提高。",
    "{year}年，我单位政务公开工作取得一定成效，但与群众期盼相比仍有差距：一是部分栏目更新不及时；二是解读质量不高。",
    "（一）主要问题。信息公开队伍建设还需加强，个别股室存在重业务、轻公开的倾向。",
)
_FIVE_MORE = (
    "下一步，将做好以下工作：一是丰富解读形式；二是开展业务培训{a}期；三是完善长效机制。",
    "（二）改进情况。对照{year}年反馈的{a}个问题逐项整改，完成率100%。",
    "三、改进措施",
)
_SIX_NO_FEE = (
    "无",
    "无其他需要报告的事项。",
    "{agency}{year}年未发出政府信息处理费收费通知，未收取信息处理费。",
    "依据《政府信息公开信息处理费管理办法》，本年度未收取信息处理费。",
)
_SIX_FEE = "{year}年，发出收费通知{a}件，收取信息处理费{b}元。"


def pick(rng: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """One of the texts, by weight."""
    return rng.choices([text for text, _ in weighted], [weight for _, weight in weighted])[0]


def title(rng: Random, plan: Plan) -> str:
    """The report's title, in one of the forms that agencies give it."""
    return pick(rng, TITLES).format(agency=plan.agency_printed, year=plan.title_year)


def heading(rng: Random, part: str) -> Line:
    """The heading of a section: mostly the form's own, at times one of its variants."""
    texts = HEADINGS[part]
    return Line(texts[0] if rng.random() < 0.8 else rng.choice(texts), "heading")


def opening(rng: Random, plan: Plan) -> list[Block]:
    """The paragraph before section one; without a statistical period where the plan says so."""
    newest = list(_BASIS.values())[-1]
    text = _BASIS.get(plan.edition, newest) + f"编制{plan.agency.name}政府信息公开年度报告。"
    if plan.states_period:
        text += rng.choice(_PERIOD).format(year=plan.year)
    return [Line(text)]


def section_one(rng: Random, plan: Plan, figures: Mapping[Key, Decimal]) -> list[Block]:
    """总体情况 (overall situation): five paragraphs full of numbers, few of them in the form."""
    small = {
        "a": rng.randint(2, 9),
        "b": rng.randint(10, 99),
        "c": rng.randint(1_000, 99_999),
        "year": plan.year,
    }
    texts = [
        _proactive(rng, plan, figures),
        _requests(rng, plan, figures),
        rng.choice(_MANAGEMENT),
        rng.choice(_PLATFORM),
        rng.choice(_SUPERVISION),
    ]
    return [Line(text.format(**small)) for text in texts]


def section_five(rng: Random, plan: Plan) -> list[Block]:
    """存在的主要问题及改进情况 (problems and improvement)."""
    texts = rng.choice(_FIVE), rng.choice(_FIVE_MORE)
    return [Line(text.format(year=plan.year, a=rng.randint(2, 9))) for text in texts]


def section_six(rng: Random, plan: Plan) -> list[Block]:
    """其他需要报告的事项 (other matters), where the processing fee is reported."""
    text = _SIX_FEE if plan.size in ("county", "city") and rng.random() < 0.5 else rng.choice(_SIX_NO_FEE)
    return [
        Line(
            text.format(
                year=plan.year, agency=plan.agency.name, a=rng.randint(1, 9), b=rng.randint(1, 40) * 100
            )
        )
    ]


def _total(figures: Mapping[Key, Decimal], code: str) -> int:
    return int(figures.get((code, "total"), 0))


def _group(figures: Mapping[Key, Decimal], prefix: str) -> int:
    return sum(int(n) for (code, who), n in figures.items() if who == "total" and code.startswith(prefix))


def _proactive(rng: Random, plan: Plan, figures: Mapping[Key, Decimal]) -> str:
    text = f"（一）主动公开。{plan.year}年，主动公开各类政府信息{rng.randint(12, 9_999)}条"
    documents = _total(figures, "t2:20.1.2.issued")
    if ("t2:20.1.2.issued", "total") in figures and rng.random() < 0.6:
        text += f"，制发行政规范性文件{documents}件" if documents else "，未制定和发布行政规范性文件"
    if rng.random() < 0.4:
        # A figure of the licensing hall, of another scope than table two.
        text += f"，政务服务大厅办理行政许可 {rng.randint(1, 60)} 件、行政处罚{rng.randint(1, 30)}件"
    return text + "。"


def _requests(rng: Random, plan: Plan, figures: Mapping[Key, Decimal]) -> str:
    old_form = ("s14:3.1", "total") in figures
    received = _total(figures, "s14:3.1" if old_form else "t3:1")
    carried = _total(figures, "t3:2")
    if not received + carried:
        return rng.choice(
            (
                f"（二）依申请公开。{plan.year}年，我单位未收到政府信息公开申请，无行政复议和行政诉讼情况。",
                "（二）依申请公开办理情况。规范办理流程，由专人负责答复，本年度无依申请公开事项。",
            )
        )
    if old_form:
        return f"（二）依申请公开。全年共收到政府信息公开申请{received}件，均按时予以答复。"
    granted, partly = _total(figures, "t3:3.1"), _total(figures, "t3:3.2")
    denied, unable = _group(figures, "t3:3.3."), _group(figures, "t3:3.4.")
    closed, left = _total(figures, "t3:3.7"), _total(figures, "t3:4")
    return rng.choice(
        (
            f"（二）依申请公开。全年收到政府信息公开申请{received}件，上年结转{carried}件，"
            f"共办理{received + carried}件，"
            f"其中予以公开{granted}件、部分公开{partly}件、不予公开{denied}件、无法提供{unable}件，"
            f"结转下年度继续办理{left}件。",
            f"（二）依申请公开。本年度共办理政府信息公开申请 {received + carried} 件，办结{closed}件，"
            f"按时办结率100%，予以公开及部分公开{granted + partly}件。",
            f"（二）依申请公开。全年收到申请{received}件（其中网络申请{received // 2}件），"
            "均在法定期限内答复。",
        )
    )


def other_tables(rng: Random, plan: Plan) -> list[Block]:
    """A table that is none of the form's, such as stands beside it: a website's own return, or staff."""
    website = (
        ("网站名称", plan.agency.place.name + "人民政府"),
        ("网站总访问量（单位：次）", str(rng.randint(10_000, 999_999))),
        ("信息发布总数（单位：条）", str(rng.randint(100, 9_999))),
        ("政务动态信息更新量", str(rng.randint(100, 9_999))),
        ("收到留言数量（单位：条）", str(rng.randint(0, 200))),
        ("办结留言数量（单位：条）", str(rng.randint(0, 200))),
    )
    staff = (
        ("机构设置", "数量"),
        ("从事政府信息公开工作人员数（人）", str(rng.randint(1, 30))),
        ("其中：专职", str(rng.randint(0, 9))),
        ("兼职", str(rng.randint(0, 9))),
    )
    name, rows = rng.choice((("政府网站工作年度报表", website), ("政务公开机构和人员情况表", staff)))
    sheet = Sheet("", "", [[Box(label), Box(text)] for label, text in rows], (60, 40))
    return [Line(name), sheet]
