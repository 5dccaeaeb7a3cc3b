"""HTML skins: what government portals show, from clean tables to text pasted out of Word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from demo.draft import Block, Box, Draft, Line
from demo.skins.base import (
    Arrange,
    Rendered,
    Skin,
    as_drafted,
    one_table,
    split_headings,
    table_two_in_four,
    tables_cut,
)

CellMarkup = Callable[[str, Box, bool, Random], str]
LineMarkup = Callable[[Line, Random], str]
Page = Callable[[Draft, str, Random], str]


@dataclass(frozen=True, slots=True)
class Markup:
    """How a skin writes a paragraph, a table, a row, and a cell (given text, box, is it a heading). With
    `width_row` each table ends with the invisible row in which Word keeps the columns' widths."""

    line: LineMarkup
    table: str
    row: str
    cell: CellMarkup
    width_row: bool = False


def _escaped(text: str) -> str:
    """Text as markup; no-break spaces by name and inner line breaks as <br>, as editors write them."""
    return escape(text, quote=False).replace("\u00a0", "&nbsp;").replace("\n", "<br/>")


def _spans(box: Box) -> str:
    columns = f' colspan="{box.column_span}"' if box.column_span > 1 else ""
    rows = f' rowspan="{box.row_span}"' if box.row_span > 1 else ""
    return columns + rows


# --- plain ---


def _plain_line(line: Line, rng: Random) -> str:
    tag = {"title": "h1", "heading": "h2"}.get(line.kind, "p")
    return f"<{tag}>{_escaped(line.text)}</{tag}>"


def _plain_cell(text: str, box: Box, heading: bool, rng: Random) -> str:
    return f"<td{_spans(box)}>{_escaped(text)}</td>"


def _head_cell(text: str, box: Box, heading: bool, rng: Random) -> str:
    tag = "th" if heading or not box.keys else "td"
    scope = ' scope="col"' if heading else ""
    return f"<{tag}{_spans(box)}{scope}>{_escaped(text)}</{tag}>"


PLAIN = Markup(_plain_line, "<table border=1>", "<tr>", _plain_cell)
HEADS = Markup(_plain_line, '<table class="tb_01">', "<tr>", _head_cell)


# --- pasted out of a word processor ---

_SONG = "font-family:宋体;mso-ascii-font-family:Calibri;mso-hansi-font-family:Calibri;font-size:10.5pt"


def _runs(text: str, rng: Random) -> str:
    """Text cut into runs the way Word does, at any place, also inside a number."""
    if len(text) > 1 and rng.random() < 0.35:
        place = rng.randint(1, len(text) - 1)
        pieces = [text[:place], text[place:]]
    else:
        pieces = [text]
    return "".join(
        f"<span {'lang=EN-US ' if piece.isascii() else ''}style='{_SONG}'>{_escaped(piece)}</span>"
        for piece in pieces
    )


def _word_line(line: Line, rng: Random) -> str:
    align = " align=center style='text-align:center;line-height:28.0pt'" if line.kind == "title" else ""
    mark = "<!--[if !supportLists]--><!--[endif]-->" if rng.random() < 0.2 else ""
    return (
        f"<p class=MsoNormal{align}>{mark}{_runs(line.text, rng)}"
        f"<span lang=EN-US style='{_SONG}'><o:p></o:p></span></p>"
    )


def _word_cell(text: str, box: Box, heading: bool, rng: Random) -> str:
    width = 54 * box.column_span
    inner = _runs(text, rng) if text else rng.choice(("<span lang=EN-US>&nbsp;</span>", ""))
    return (
        f"<td width={width}{_spans(box)} valign=center style='width:{width * 0.75}pt;\n  "
        "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt;"
        "height:20.0pt'>"
        "<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'>"
        f"{inner}<span lang=EN-US style='font-size:10.5pt'><o:p></o:p></span></p></td>"
    )


WORD = Markup(
    _word_line,
    "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;"
    "mso-table-layout-alt:fixed;border:none;mso-border-alt:solid windowtext .5pt'>",
    "<tr style='mso-yfti-irow:0;page-break-inside:avoid;height:20.0pt'>",
    _word_cell,
    width_row=True,
)


# --- saved as a page by WPS ---

_WPS_RUN = (
    "mso-spacerun:'yes';font-family:仿宋_GB2312;mso-ascii-font-family:'Times New Roman';font-size:10.5000pt"
)


def _wps_run(text: str) -> str:
    """WPS names the face once more for Chinese, and not for figures."""
    inner = _escaped(text)
    if not text.isascii():
        inner = f"<font face=仿宋_GB2312>{inner}</font>"
    return f'<span style="{_WPS_RUN}">{inner}</span>'


def _wps_runs(text: str) -> str:
    """A run for each stretch of Chinese and of ASCII."""
    return "".join(_wps_run(piece) for piece in re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text))


def _wps_line(line: Line, rng: Random) -> str:
    align = ";text-align:center" if line.kind == "title" else ""
    return (
        f'<p class=MsoNormal style="mso-pagination:widow-orphan{align}">{_wps_runs(line.text)}'
        f'<span style="{_WPS_RUN}"><o:p></o:p></span></p>'
    )


def _wps_cell(text: str, box: Box, heading: bool, rng: Random) -> str:
    inner = _wps_runs(text) if text else f'<span style="{_WPS_RUN}"><o:p>&nbsp;</o:p></span>'
    return (
        f"<td width={60 * box.column_span} valign=center{_spans(box)} "
        'style="padding:0.0000pt 5.4000pt 0.0000pt 5.4000pt;border:1.0000pt solid windowtext;">'
        f'<p class=MsoNormal align=center style="text-align:center;">{inner}</p></td>'
    )


WPS = Markup(
    _wps_line,
    '<table class=MsoTableGrid border=1 cellspacing=0 style="border-collapse:collapse;border:none;'
    'mso-table-layout-alt:fixed;mso-border-left-alt:0.5000pt solid windowtext;">',
    '<tr style="height:22.0000pt;">',
    _wps_cell,
)


def _wps_page(draft: Draft, body: str, rng: Random) -> str:
    """A file as WPS saves it: fonts and styles in a comment, the body between the marks of the clipboard."""
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word"><head>'
        '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'
        '<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 14">'
        f"<title>{_escaped(draft.title)}</title><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]-->"
        '<style>@font-face{font-family:"仿宋_GB2312";}p.MsoNormal{mso-style-name:正文;}</style></head>'
        f'<body style="tab-interval:21pt;text-justify-trim:punctuation;"><!--StartFragment-->'
        f'<div class="Section0" style="layout-grid:15.6000pt;">{body}</div><!--EndFragment--></body></html>'
    )


# --- an editor of a content management system ---


def _editor_line(line: Line, rng: Random) -> str:
    inner = _escaped(line.text)
    if line.kind == "heading":
        inner = f'<span style="font-family: 黑体, SimHei;">{inner}</span>'
    return f'<p style="text-indent: 2em;">{inner}</p>'


def _spaced(text: str, rng: Random) -> str:
    """A short heading with its words pulled apart."""
    return " ".join((text[:2], text[2:])) if len(text) == 4 and rng.random() < 0.5 else text


def _editor_cell(text: str, box: Box, heading: bool, rng: Random) -> str:
    if heading:
        text = _spaced(text, rng)
    inner = _escaped(text) or rng.choice(("", "&nbsp;", "<br/>", "<o:p></o:p>"))
    return (
        f'<td{_spans(box)} style="padding: 0 4px;border-left: none;border-right: 1px solid windowtext;'
        f'border-bottom: 1px solid windowtext" valign="center"><p style="text-indent: 0em;">{inner}</p></td>'
    )


EDITOR = Markup(
    _editor_line,
    '<table style="font-size: 13px;border-collapse: collapse;margin: 0 auto;" cellspacing="0" align="center" '
    'border="1">',
    '<tr style="height: 19px">',
    _editor_cell,
)


# --- whole pages ---


def _fragment(draft: Draft, body: str, rng: Random) -> str:
    return body


def _document(charset: str) -> Page:
    def page(draft: Draft, body: str, rng: Random) -> str:
        return (
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; '
            f'charset={charset}">\n<title>{_escaped(draft.title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n'
        )

    return page


def _tags(draft: Draft) -> str:
    """The national page tags (国办发〔2017〕47号)."""
    plan = draft.plan
    place = plan.agency.place
    tags = {
        "SiteName": f"{place.name}人民政府",
        "SiteDomain": f"www.{place.code}.example",
        "SiteIDCode": f"{place.code}0001",
        "ColumnName": "政府信息公开年报",
        "ColumnType": "信息公开年报",
        "ArticleTitle": draft.title,
        "PubDate": f"{plan.published_at} 16:30",
        "ContentSource": plan.agency.name,
    }
    return "\n".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in tags.items())


def _article(draft: Draft, body: str, rng: Random) -> str:
    """An article page: national tags, a trail of links, the title, source and date, and a foot."""
    plan = draft.plan
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n{_tags(draft)}\n'
        f"<title>{_escaped(draft.title)}_政府信息公开年报_{plan.agency.place.name}人民政府</title>\n"
        '<script>var _trs = {"docId": 97791};</script>'
        "<style>.article_area td{border:1px solid #000}</style></head>\n"
        '<body><div class="breadcrumb"><span>当前位置：</span><ul><li><a href="/">首页</a></li>'
        '<li><a href="../">政府信息公开</a></li><li><a href="./">政府信息公开年报</a></li></ul></div>\n'
        f'<div class="article_title">{_escaped(draft.title)}</div>\n'
        f'<span class="article_source">来源：{plan.agency.name}</span>'
        f"<span>发布时间：{plan.published_at} 16:30</span>"
        f'<span>浏览次数：<em id="hits">{rng.randint(10, 900)}</em>次</span>\n'
        f'<div id="zoom"><div class="TRS_Editor">{body}</div></div>\n'
        '<ul class="fj"><li><a href="./P020250121605277424520.pdf">附件下载</a></li></ul>'
        "<div class=footer>网站标识码：9900000001　联系电话：000-0000000</div></body></html>\n"
    )


def _index_card(draft: Draft, body: str, rng: Random) -> str:
    """A platform's detail page: the document's index card is a table above the report."""
    plan = draft.plan
    card = (
        ("索引号", f"{plan.agency.place.code}/{plan.published_at.year}-{rng.randint(100, 99999):05d}"),
        ("发布机构", plan.agency.name),
        ("发文日期", str(plan.published_at)),
        ("名称", draft.title),
        ("文号", "无"),
        ("主题分类", "政府信息公开年报"),
    )
    rows = "".join(f"<tr><td>{name}：</td><td>{_escaped(text)}</td></tr>" for name, text in card)
    return (
        f'<html><head><meta charset="utf-8"><title>{_escaped(draft.title)}</title></head><body>'
        f'<table class="xxgk_card" width="100%">{rows}</table>'
        f'<div class="content" id="UCAP-CONTENT">{body}</div>'
        '<div class="nav"><ul><li><a href="#">上一篇：2018年部门预算公开</a></li></ul></div></body></html>\n'
    )


def _layout_tables(draft: Draft, body: str, rng: Random) -> str:
    """A page of the table age: menu, content and foot are cells of layout tables, the report deep inside."""
    menu = "".join(
        f"<tr><td><a href='/c{i}/'>{name}</a></td></tr>" for i, name in enumerate(("指南", "制度", "年报"))
    )
    return (
        f"<html><head><meta charset='utf-8'><title>{_escaped(draft.title)}</title></head><body>"
        "<table width=1000 align=center><tr><td colspan=2><img src='banner.jpg'></td></tr>"
        f"<tr><td width=200 valign=top><table>{menu}</table></td><td><table width='100%'><tr><td>"
        f"<table width='98%'><tr><td class=content>{body}</td></tr></table></td></tr></table></td></tr>"
        "<tr><td colspan=2>主办：某某单位 技术支持：某某公司</td></tr></table></body></html>\n"
    )


def _body(blocks: list[Block], draft: Draft, markup: Markup, rng: Random) -> str:
    parts = []
    for block in blocks:
        if isinstance(block, Line):
            parts.append(markup.line(block, rng))
            continue
        parts.append(markup.table + "<tbody>")
        for place, row in enumerate(block.rows):
            heading = place < block.heading_rows
            cells = "".join(markup.cell(draft.text(box), box, heading, rng) for box in row if not box.lost)
            parts.append(f"{markup.row}{cells}</tr>")
        if markup.width_row:
            cells = "<td width=54 style='border:none'></td>" * len(block.widths)
            parts.append(f"<![if !supportMisalignedColumns]>\n<tr height=0>{cells}</tr>\n<![endif]>")
        parts.append("</tbody></table>")
    return "\n".join(parts)


def _skin(markup: Markup, page: Page, arrange: Arrange = as_drafted, encoding: str = "utf-8") -> Skin:
    def render(draft: Draft, rng: Random) -> Rendered:
        body = _body(arrange(draft, rng), draft, markup, rng)
        return Rendered(page(draft, body, rng).encode(encoding))

    return Skin("html", render)


HTML_SKINS = {
    "html_clean": _skin(PLAIN, _document("utf-8")),
    "html_fragment": _skin(EDITOR, _fragment),
    "html_word": _skin(WORD, _document("utf-8")),
    "html_word_cut": _skin(WORD, _article, tables_cut),
    "html_wps": _skin(WPS, _wps_page, encoding="gb18030"),
    "html_article": _skin(EDITOR, _article),
    "html_platform": _skin(EDITOR, _index_card, one_table),
    "html_big_table": _skin(PLAIN, _document("utf-8"), one_table),
    "html_cut": _skin(PLAIN, _article, tables_cut),
    "html_layout": _skin(PLAIN, _layout_tables),
    "html_layout_word": _skin(WORD, _layout_tables, table_two_in_four),
    "html_gbk": _skin(EDITOR, _document("gb2312"), encoding="gb18030"),
    "html_heads": _skin(HEADS, _index_card),
    "html_split_heads": _skin(EDITOR, _document("utf-8"), split_headings),
    "html_four": _skin(PLAIN, _article, table_two_in_four),
}
