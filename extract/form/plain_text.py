"""A document's words as one run of text, in which every character knows where it stands.

Lines of a PDF break sentences anywhere, spaces part digits from their units, and sheets keep their paragraphs
in cells. Patterns are matched against the text without all that; what is published is cut from the original.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract import locators
from extract.document import Document, Paragraph
from extract.form.layout.simplified import simplified

# Where nothing may be read on from one block into the next.
BREAK = "\n"
_ENDS = re.compile(r"[。！？；!?;]\s*$")
_BEGINS = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.、．]\D)"
)
_SENTENCE_ENDS = "。!?\n"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]")
# A table cell with so many characters and a full stop or comma among them is a paragraph, not a label.
LEAST_SENTENCE = 20
_PUNCTUATED = re.compile("[。，；]")
# So much of a text in whole sentences is enough to know it again; a page's menus and notes are less.
LEAST_TEXT = 10 * LEAST_SENTENCE
_RUN = re.compile(r"[^。!?\n]+[。!?]?")
_YEARS = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`plain` is the text in its comparable form, without white space; `starts` says for each of `blocks`
    where in it the block begins. A break stands before a block, and is no part of any."""

    plain: str
    starts: tuple[int, ...]
    blocks: tuple[Paragraph, ...]

    def original(self, start: int, stop: int) -> str:
        """The published characters of ``plain[start:stop]``, lines that were broken put together."""
        first, last = self._block(start), self._block(stop - 1)
        return "".join(self._of_block(block, start, stop) for block in range(first, last + 1))

    def locator(self, start: int, stop: int) -> str:
        """The place of ``plain[start:stop]``, to the character."""
        first, last = self._block(start), self._block(stop - 1)
        begin, end = self._place(first, start), self._place(last, stop - 1)
        if first == last:
            return locators.part(self.blocks[first].locator, begin, end + 1)
        ends = ((first, begin), (last, end))
        return locators.span(*(locators.part(self.blocks[one].locator, at, at + 1) for one, at in ends))

    def flags(self, start: int, stop: int) -> tuple[str, ...]:
        """What a reader doubts of ``plain[start:stop]``."""
        found: list[str] = []
        for block in range(self._block(start), self._block(stop - 1) + 1):
            paragraph, begin = self.blocks[block], self.starts[block]
            if paragraph.doubts and (
                places := _places(paragraph.text)[max(start - begin, 0) : max(stop - begin, 0)]
            ):
                found += paragraph.flags_of(places[0], places[-1] + 1)
        return tuple(dict.fromkeys(found))

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and stop of the sentence around a place in `plain`, its full stop included."""
        start = 1 + max(self.plain.rfind(end, 0, at) for end in _SENTENCE_ENDS)
        after = _SENTENCE_END.search(self.plain, at)
        stop = len(self.plain) if after is None else after.end() - (after.group() == BREAK)
        return start, stop

    def _block(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1

    def _of_block(self, block: int, start: int, stop: int) -> str:
        """What a block publishes of ``plain[start:stop]``."""
        begin = self.starts[block]
        text = self.blocks[block].text
        places = _places(text)[max(start - begin, 0) : max(stop - begin, 0)]
        return text[places[0] : places[-1] + 1] if places else ""

    def _place(self, block: int, at: int) -> int:
        """The published character of a block that stands at a place in `plain`."""
        return _places(self.blocks[block].text)[at - self.starts[block]]


class _Comparable(dict[int, str]):
    """The comparable form of each character that has been met: a report has some thousand different ones."""

    def __missing__(self, character: int) -> str:
        normal = unicodedata.normalize("NFKC", chr(character))
        self[character] = "".join(one for one in normal if not one.isspace() and one not in "\u200b\ufeff")
        return self[character]


_SAME = _Comparable()


@lru_cache(maxsize=64)
def _places(text: str) -> list[int]:
    """For each character of a block in its comparable form, the place of the published one."""
    return [place for place, character in enumerate(text) for _ in _SAME[ord(character)]]


def plain_text(document: Document) -> PlainText:
    """The paragraphs of a document, and the sentences in the cells of its tables, as one text."""
    blocks: list[Paragraph] = []
    starts: list[int] = []
    plain: list[str] = []
    length = 0
    for paragraph, apart in _paragraphs(document):
        ended = not blocks or apart or _ENDS.search(blocks[-1].text) or _BEGINS.match(paragraph.text)
        if blocks and ended:
            plain.append(BREAK)
            length += len(BREAK)
        blocks.append(paragraph)
        starts.append(length)
        plain.append(paragraph.text.translate(_SAME))
        length += len(plain[-1])
    return PlainText(simplified("".join(plain)), tuple(starts), tuple(blocks))


def text_hash(text: PlainText) -> str | None:
    """What two texts have in common that are alike word for word and number for number, the years that they
    name left out: 2008 becomes 2010 where a report is copied forward. None where there are too few whole
    sentences to tell; the first and the last may hold what a site prints around its pages."""
    runs = _RUN.findall(text.plain)
    whole = [run for run in runs if len(run) > LEAST_SENTENCE and run.endswith(("。", "!", "?"))]
    sentences = [_YEARS.sub("", sentence) for sentence in whole[1:-1]]
    if sum(map(len, sentences)) < LEAST_TEXT:
        return None
    return hashlib.sha256("".join(sentences).encode()).hexdigest()[:16]


def _paragraphs(document: Document) -> Iterator[tuple[Paragraph, bool]]:
    """Paragraphs with whether something else stands before them."""
    apart = False
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block, apart
            apart = False
            continue
        for cell in block.cells:
            if len(cell.text) >= LEAST_SENTENCE and _PUNCTUATED.search(cell.text):
                yield Paragraph(cell.text, cell.locator), True
        apart = True
