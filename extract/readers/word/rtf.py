"""RTF -> Document: a small reader of Rich Text Format 1.9.1 as WPS and Word write it.

Text comes in three coats: plain ASCII, bytes of a code page, UTF-16 units. Tables are rows of cell edges
(``\\cellx``) with contents that end in ``\\cell`` and ``\\row``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from extract.document import HIDDEN_TEXT, STRUCK_TEXT, Document, Note, UnreadableDocumentError
from extract.readers.look import NOT_TEXT_MARK, Digits
from extract.readers.word.rows import Span
from extract.readers.word.rtf_characters import PLAIN, Characters, Named
from extract.readers.word.rtf_tokens import Kind, Token, tokens
from extract.readers.word.story import OUTERMOST, Story

#: Pictures stand in RTF as hexadecimal digits; a report with scans runs to some ten MB.
MOST_BYTES = 64 << 20

#: Destinations whose text is not the document's, beside those marked as optional.
_SKIPPED = frozenset(
    ("stylesheet", "info", "pict", "nonshppict", "nonesttables", "shprslt", "sp", "xe", "tc", "txe", "rxe",
     "template", "fonttbl", "colortbl", "header", "headerl", "headerr", "headerf", "footer", "footerl",
     "footerr", "footerf", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc")
)  # fmt: skip
_CHARACTERS = {
    **{"tab": "\t", "line": "\n", "page": "\n", "emdash": "—", "endash": "–", "emspace": "\u2003"},
    **{"enspace": "\u2002", "qmspace": "\u2005", "bullet": "•", "lquote": "‘", "rquote": "’", "~": "\u00a0"},
    **{"ldblquote": "“", "rdblquote": "”", "softline": "\n", "_": "-"},
}
#: Code pages with the codecs that read them.
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 1252: "cp1252"}
_DEFAULT_CODEC = "gb18030"
_MERGES = {
    "clvmgf": Span(0, starts_below=True),
    "clvmrg": Span(0, continues_above=True),
    "clmrg": Span(0, continues_left=True),
}

#: What puts a colour behind paragraphs, cells and rows.
_GROUNDS = frozenset(("cbpat", "shading", "clcbpat", "clcfpat", "clshdng", "trcbpat", "trshdng"))
#: Fields that print what they say themselves, whatever their result.
_PRINTING_FIELDS = re.compile(r"\s*(?:EQ|SYMBOL|ADVANCE)\b", re.IGNORECASE)
#: Destinations that hold what is shown and is no text.
_SHOWN = frozenset(("pict", "shppict", "mmath"))
#: Text boxes, of today and of before 1997; and the numbers that Word puts before a paragraph by itself.
_BOXES, _NUMBERED = frozenset(("shptxt", "dptxbxtext")), frozenset(("listtext", "pntext"))
_TABLES = frozenset(("fonttbl", "colortbl"))


class _State(NamedTuple):
    """What a group inherits, and forgets at its end. `sink` is where text goes; "" is nowhere; `table` is
    the table of names that it stands in."""

    sink: str = "body"
    table: str = ""
    in_box: bool = False
    characters: Characters = PLAIN


def read_rtf(data: bytes) -> Document:
    """Paragraphs and tables of the body, then the footnotes; headers, footers and field codes are left out.

    Locators are ``paragraph 12`` and ``table 3 r7 c4``. A table inside a cell gives its text to the cell and
    is a table of its own as well.

    Raises `UnreadableDocumentError` (damaged, too_large).
    """
    if len(data) > MOST_BYTES:
        raise UnreadableDocumentError(
            "too_large", f"the RTF has {len(data):,} bytes; save it as DOCX instead"
        )
    start = data.find(b"{\\rtf")
    if start < 0:
        raise UnreadableDocumentError(
            "damaged", "the file lacks RTF's first mark; save it as DOCX in WPS or Word"
        )
    reading = _Reader()
    for token in tokens(data, start):
        reading.take(token)
    return reading.document()


class _Reader:
    """The state of one pass over the tokens."""

    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[_State] = []
        self._starred = False
        self._codec = _DEFAULT_CODEC
        self._named = Named()
        self._on_ground = False
        self._bytes = bytearray()
        self._lost = 0
        self._digits = Digits()
        sinks = ("body", "title", "footnote", "field", HIDDEN_TEXT, STRUCK_TEXT)
        self._texts: dict[str, list[str]] = {sink: [] for sink in sinks}
        self._story = Story()
        self._in_table = False
        self._level = OUTERMOST
        self._around: tuple[int, list[Span]] = 0, []
        self._left = 0
        self._span = Span(0)
        self._spans: list[Span] = []
        self._notes: list[Note] = []

    def take(self, token: Token) -> None:
        """Read one token."""
        if token.kind is Kind.BYTES:
            self._bytes += token.data
            return
        if self._bytes:
            self._flush()
        if token.kind is Kind.WORD:
            self._control(token.word, token.number)
        elif token.kind is Kind.UNIT:
            self._add(chr(token.number or 0))
        elif token.kind is Kind.OPEN:
            self._stack.append(self._state)
        elif token.kind is Kind.CLOSE and self._stack:
            self._state = self._stack.pop()
        elif token.kind is Kind.STAR:
            self._starred = True
        elif token.kind is Kind.END:
            self._notes.append(Note("file_cut_short", "the RTF ends inside a group", "warn"))

    def document(self) -> Document:
        """What was read, the outermost group being closed or the file at its end."""
        self._flush()
        self._story.end(self._taken("body"))
        for footnote in self._taken("footnote").split("\n"):
            self._story.end(footnote)
        for sink in (HIDDEN_TEXT, STRUCK_TEXT):
            if text := self._taken(sink).replace(NOT_TEXT_MARK, "").strip():
                self._notes.append(Note(sink, text[:200], "warn"))
        if self._lost:
            detail = f"{self._lost} characters are not valid in their code page"
            self._notes.append(Note("encoding_replaced", detail, "warn"))
        title = self._taken("title").strip()
        return Document(
            tuple(self._story.blocks),
            reader="rtf",
            format="rtf",
            metadata={"title": title} if title else {},
            notes=(*self._notes, *self._story.notes),
        )

    def _control(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == "pict":
            self._notes.append(Note("picture_in_body", "a picture in the RTF", "info"))
        if word in _SHOWN or (word in _NUMBERED and self._in_table):
            self._add(NOT_TEXT_MARK)
        if word in _BOXES:
            if self._in_table:  # a paragraph of its own beside those of the cell
                self._story.hold(self._taken("body"), self._level)
            self._set(sink="body", in_box=self._in_table)
        elif word == "title":
            self._set(sink="title")
        elif word == "footnote":
            self._set(sink="footnote")
            self._add("\n")
        elif word == "nesttableprops":
            self._around = self._left, self._spans
        elif word == "ud" and len(self._stack) > 1:  # what stands before it is for programs without Unicode
            self._set(sink=self._stack[-2].sink)
        elif word == "upr":
            self._set(sink="")
        elif word == "fldinst":
            self._set(sink=self._state.sink and "field")
        elif word == "fldrslt":
            if not _PRINTING_FIELDS.match("".join(self._texts["field"])):
                self._texts["field"].clear()
        elif starred or word in _SKIPPED:
            self._set(sink="", table=word)
        elif self._state.table in _TABLES:
            self._named.take(word, number)
        elif word == "ansicpg":
            self._codec = _CODE_PAGES.get(number or 0, _DEFAULT_CODEC)
        elif word in _GROUNDS:
            self._on_ground = True
        elif (characters := self._state.characters.after(word, number)) is not None:
            self._set(characters=characters)
        elif word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word in ("par", "sect"):
            self._end_paragraph()
        elif self._state.sink == "body":
            self._table_control(word, number)

    def _table_control(self, word: str, number: int | None) -> None:
        if word == "cell":
            self._story.end_cell(self._taken("body"))
        elif word == "row":  # the definition that stands last holds
            self._story.end_row(self._left, self._spans)
        elif word == "nestcell":
            self._story.end_cell(self._taken("body"), max(self._level, OUTERMOST + 1))
        elif word == "nestrow":
            self._story.end_row(self._left, self._spans, max(self._level, OUTERMOST + 1))
            self._left, self._spans = self._around
        elif word == "pard":
            self._in_table, self._level = self._state.in_box, OUTERMOST
        elif word == "itap":
            self._level = OUTERMOST if number is None else number
        elif word == "intbl":
            self._in_table = True
        elif word == "trowd":
            self._left, self._spans, self._span = 0, [], Span(0)
            self._on_ground = False
        elif word == "trleft" and number is not None:
            self._left = number
        elif word in _MERGES:
            self._span = _MERGES[word]
        elif word == "cellx" and number is not None:
            self._spans.append(replace(self._span, right=number))
            self._span = Span(0)

    def _end_paragraph(self) -> None:
        if self._state.sink != "body":
            self._add("\n")
        elif self._in_table:
            self._story.hold(self._taken("body"), self._level)
        else:
            self._story.end(self._taken("body"))

    def _set(self, **changes: str | bool | Characters) -> None:
        self._state = self._state._replace(**changes)  # type: ignore[arg-type]

    def _add(self, text: str) -> None:
        state = self._state
        if state.sink and not state.characters.deleted:
            on_paper = self._in_table and not self._on_ground
            look = self._named.look(state.characters, on_paper=on_paper)
            sink = look.left_out or state.sink if state.sink != "field" else "field"
            if sink == "body":
                self._digits.add(text, look)
            self._texts[sink].append(look.written(text))

    def _flush(self) -> None:
        data = bytes(self._bytes)
        self._bytes.clear()
        if self._state.table == "colortbl":
            self._named.colours_end(data.count(b";"))
        elif self._state.table == "fonttbl":
            self._named.font_named(data)
        if not self._state.sink:
            return
        codec = self._named.codecs.get(self._state.characters.font, self._codec)
        text = data.decode(codec, "replace")
        self._lost += text.count("\ufffd")
        self._add(text)

    def _taken(self, sink: str) -> str:
        """The text gathered in a sink, which is empty afterwards; UTF-16 pairs joined."""
        text = "".join(self._texts[sink])
        if sink == "body":
            in_doubt = self._digits.in_doubt or bool(self._texts["field"])
            text += NOT_TEXT_MARK if self._in_table and in_doubt else ""
            self._digits = Digits()
            self._texts["field"].clear()
        self._texts[sink].clear()
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
