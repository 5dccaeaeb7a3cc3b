"""What else may stand in a DOCX beside the text that is seen: deletions still kept, text boxes, hidden text.

Each function alters the body of a finished document; what it prints stays the same.
"""

from __future__ import annotations

from copy import deepcopy
from random import Random

from docx.oxml.ns import nsdecls, qn
from lxml import etree

_AUTHOR = 'w:id="1" w:author="审核" w:date="2024-01-20T09:00:00Z"'
_SHAPE = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
_CHOICE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_OLD_SHAPE = 'xmlns:v="urn:schemas-microsoft-com:vml"'
# Of the runs of text, those that somebody has typed anew; of the tables' rows, those that had been doubled.
_RETYPED = 0.15
_DOUBLED = 0.1


def deletions_kept(body: etree._Element, rng: Random) -> None:
    """Tracked changes: figures typed anew beside the old ones, rows inserted, and rows deleted."""
    for run in list(body.iter(qn("w:r"))):
        if rng.random() < _RETYPED:
            old = _parsed(f"<w:del {_AUTHOR}><w:r><w:delText>{rng.randint(0, 99)}</w:delText></w:r></w:del>")
            new = _parsed(f"<w:ins {_AUTHOR}/>")
            run.addprevious(old)
            run.addprevious(new)
            new.append(run)
    for row in list(body.iter(qn("w:tr"))):
        # Copies of rows that begin or continue a merged cell would alter the merge.
        if row.find(f".//{qn('w:vMerge')}") is None and rng.random() < _DOUBLED:
            row.addnext(_deleted_row(row, rng))


def _deleted_row(row: etree._Element, rng: Random) -> etree._Element:
    copy = deepcopy(row)
    copy.insert(0, _parsed(f"<w:trPr><w:del {_AUTHOR}/></w:trPr>"))
    for text in copy.iter(qn("w:t")):
        text.tag = qn("w:delText")
        text.text = str(rng.randint(0, 99))
    for run in list(copy.iter(qn("w:r"))):
        deleted = _parsed(f"<w:del {_AUTHOR}/>")
        run.addprevious(deleted)
        deleted.append(run)
    return copy


def in_text_boxes(body: etree._Element, rng: Random) -> None:
    """The first line and each table in a text box, written twice: for Word of today and for older ones."""
    first = next(body.iterchildren(qn("w:p")))
    for element in (first, *body.findall(qn("w:tbl"))):
        anchor = _parsed("<w:p/>")
        element.addprevious(anchor)
        # A box ends with a paragraph, as a cell does.
        content = _parsed("<w:txbxContent/>")
        content.extend([element, _parsed("<w:p/>")])
        run = _parsed(
            f"<w:r><mc:AlternateContent {_CHOICE}>"
            f'<mc:Choice Requires="wps"><w:drawing><wps:wsp {_SHAPE}><wps:txbx/></wps:wsp></w:drawing>'
            "</mc:Choice>"
            f"<mc:Fallback><w:pict><v:shape {_OLD_SHAPE}><v:textbox/></v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
        (new,), (old,) = run.iter("{*}txbx"), run.iter("{*}textbox")
        old.append(deepcopy(content))
        new.append(content)
        anchor.append(run)


def text_hidden(body: etree._Element, rng: Random) -> None:
    """Figures of a draft left in cells as hidden text, and a hidden row of instructions in each table."""
    for cell in list(body.iter(qn("w:tc"))):
        if rng.random() < _RETYPED:
            [paragraph, *_] = cell.findall(qn("w:p"))
            paragraph.append(_hidden_run(str(rng.randint(0, 99))))
    for table in body.iter(qn("w:tbl")):
        columns = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        row = _parsed(
            f'<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>'
            "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr></w:p></w:tc></w:tr>"
        )
        next(row.iter(qn("w:p"))).append(_hidden_run("填报说明：本表数字为件"))
        table.append(row)


def _hidden_run(text: str) -> etree._Element:
    return _parsed(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{text}</w:t></w:r>")


def _parsed(markup: str) -> etree._Element:
    """An element from markup with the prefix w."""
    end = min(place for place in (markup.find(" "), markup.find(">"), markup.find("/>")) if place >= 0)
    return etree.fromstring(f"{markup[:end]} {nsdecls('w')}{markup[end:]}")
