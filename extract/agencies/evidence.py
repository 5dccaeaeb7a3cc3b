"""What a document and its way to us say of whose it is, collected and not yet judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from extract.about import About, about, plain
from extract.agencies.codes import credit_codes
from extract.document import Block, Document, Paragraph
from extract.form.layout.simplified import simplified

# Where the page's own data stand: 索引号, 发布机构, the way to the page. Below it the report begins.
HEAD_BLOCKS = 80
HEAD_CHARACTERS = 6000
OPENING_CHARACTERS = 6000
CLOSING_CHARACTERS = 400
LONGEST_NODE = 30
_INDEX = re.compile(r"索\s*引\s*号(?:码)?[\s:：|]*([0-9A-Za-z][0-9A-Za-z/_.\-]*)")
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|公开机构|公开主体|公开单位|责任单位|发文机关|发文单位|信息来源)\s*[:：|]?\s*([^\s:：|<>]{2,40})"
    r"|(?:^|\s)来\s*源\s*[:：]\s*([^\s:：|<>]{2,40})",
    re.MULTILINE,
)
_WAY = re.compile(r"(?:当前|您的|您现在的|您所在的|所在)\s*位置(?:是)?\s*[:：]?|^\s*(?=首\s*页\s*[>»›])")
_STEPS = re.compile(r"[>»›/\\→|＞\t\n]+|-{1,2}>|::")
_PUBLISHER_TAGS = ("contentsource", "source", "author")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A text of a credit code's shape, and where it stood: ``索引号`` or ``address``."""

    code: str
    where: str


@dataclass(frozen=True, slots=True)
class AgencyEvidence:
    """Everything that may tell whose report it is, strongest first; None or empty where there is nothing.
    Traditional characters are folded here: names are compared as the registry writes them.

    `column_owner`: whose reports the registry says the column lists; "" is the government of the site, None
    that the column is not known. `title` and `link_text` are the agency's name as these give it, `stated` its
    name or id as a person gives it.
    """

    codes: tuple[FoundCode, ...] = ()
    column_owner: str | None = None
    publisher: tuple[str, ...] = ()
    site_code: str | None = None
    site_name: str | None = None
    host: str | None = None
    breadcrumb: tuple[str, ...] = ()
    link_text: str | None = None
    title: str | None = None
    opening: str = ""
    closing: str = ""
    report_id: str | None = None
    stated: str | None = None

    def to_json(self) -> str:
        """As text, to be kept beside the reading."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["codes"] = [asdict(code) for code in self.codes]
        return json.dumps(plain, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From what `to_json` gave."""
        kept = json.loads(text)
        tuples = {name: tuple(kept[name]) for name in ("publisher", "breadcrumb")}
        return cls(**{**kept, **tuples, "codes": tuple(FoundCode(**code) for code in kept["codes"])})


def gather(
    document: Document,
    url: str | None = None,
    link_text: str | None = None,
    column_owner: str | None = None,
    said: About | None = None,
    *,
    report_id: str | None = None,
) -> AgencyEvidence:
    """Collect the evidence of `document`, fetched from `url` where a list showed `link_text`.

    `said` is what `extract.about.about` made of the document, made here where it is not given.
    """
    said = said or about(document)
    tags = {name.lower(): value.strip() for name, value in document.metadata.items()}
    head = _head(document)
    text = simplified("".join(plain(paragraph.text) for paragraph in document.paragraphs()))
    return AgencyEvidence(
        codes=tuple(dict.fromkeys([*_codes(head), *_codes_of_address(url)])),
        column_owner=column_owner,
        publisher=tuple(dict.fromkeys(map(simplified, _publishers(tags, head)))),
        site_code=tags.get("siteidcode") or None,
        site_name=tags.get("sitename") or None,
        host=(urlsplit(url).hostname or None) if url else None,
        breadcrumb=tuple(dict.fromkeys(map(simplified, _breadcrumb(document)))),
        link_text=named_in(link_text) if link_text else None,
        title=_of_title(said),
        opening=text[:OPENING_CHARACTERS],
        closing=text[OPENING_CHARACTERS:][-CLOSING_CHARACTERS:],
        report_id=report_id,
    )


def _head(document: Document) -> str:
    """The first blocks as lines; the cells of a table's row stand in one line, apart by tabs."""
    lines: list[str] = []
    length = 0
    for line in _lines(document.blocks[:HEAD_BLOCKS]):
        if length > HEAD_CHARACTERS:
            break
        lines.append(line)
        length += len(line)
    return simplified("\n".join(lines)[:HEAD_CHARACTERS])


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for _, row in groupby(block.cells, attrgetter("row")):
            yield "\t".join([" ".join(cell.text.split()) for cell in row])


def _codes(head: str) -> Iterator[FoundCode]:
    for match in _INDEX.finditer(head):
        yield from (FoundCode(code, "索引号") for code in credit_codes(match.group(1)))


def _codes_of_address(url: str | None) -> Iterator[FoundCode]:
    """Codes in an address's parameters: ``xxgkAnnualReport.jsp?area=11370883004326403Q``."""
    for _, value in parse_qsl(urlsplit(url or "").query):
        yield from (FoundCode(code, "address") for code in credit_codes(value))


def _publishers(tags: dict[str, str], head: str) -> Iterator[str]:
    yield from (tags[name] for name in _PUBLISHER_TAGS if tags.get(name))
    for match in _PUBLISHER.finditer(head):
        yield match.group(1) or match.group(2)


def _breadcrumb(document: Document) -> Iterator[str]:
    """The steps of the way to the page, as it prints them: 首页 > 部门信息公开 > 商务局."""
    for block in document.blocks[:HEAD_BLOCKS]:
        if isinstance(block, Paragraph) and (match := _WAY.search(block.text)):
            for step in _STEPS.split(block.text[match.end() :]):
                if 2 <= len(step.strip()) <= LONGEST_NODE:
                    yield step.strip()


def _of_title(said: About) -> str | None:
    """The agency's name where it is the title's, on both sides of the year too (渠县2021年商务局…报告).
    What `about` took from elsewhere is not the title's."""
    name = simplified(plain(said.agency_name or ""))
    return name if name and name in _YEAR.sub("", simplified(plain(said.title or ""))) else None


def named_in(link_text: str) -> str | None:
    """The agency that the text of a link names, if it does."""
    return _of_title(about(Document((Paragraph(link_text),), "text", "text")))
