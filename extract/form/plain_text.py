"""A document's words as one run of text, in which every character knows where it stands.

Lines of a PDF break sentences anywhere, spaces part digits from their units, and sheets keep their paragraphs
in cells. Patterns are matched against the text without all that; what is published is cut from the original.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from extract import locators
from extract.document import Document, Paragraph
from extract.form.layout.simplified import simplified

# Where nothing may be read on from one block into the next.
BREAK = "\n"
_ENDS = re.compile(r"[。！？；!?;]\s*$")
_BEGINS = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.、．]\D)"
)
_SENTENCE_END = re.compile(r"[。!?\n]")
# A table cell with so many characters and a full stop or comma among them is a paragraph, not a label.
LEAST_SENTENCE = 20
_PUNCTUATED = re.compile("[。，；]")
# So much of a text in whole sentences is enough to know it again; a page's menus and notes are less.
LEAST_TEXT = 10 * LEAST_SENTENCE
_RUN = re.compile(r"[^。!?\n]+[。!?]?")
_YEARS = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`plain` is the text in its comparable form, without white space; `origins` says for each of its
    characters in which of `blocks` it stands, and at which place there (-1 for a break)."""

    plain: str
    origins: tuple[tuple[int, int], ...]
    blocks: tuple[Paragraph, ...]

    def original(self, start: int, stop: int) -> str:
        """The published characters of ``plain[start:stop]``, lines that were broken put together."""
        spans: dict[int, tuple[int, int]] = {}
        for block, place in self.origins[start:stop]:
            if place >= 0:
                first, last = spans.get(block, (place, place))
                spans[block] = min(first, place), max(last, place)
        return "".join(self.blocks[block].text[a : b + 1] for block, (a, b) in spans.items())

    def locator(self, start: int, stop: int) -> str:
        """The place of ``plain[start:stop]``, to the character."""
        return locators.span(*(self._character(self.origins[at]) for at in (start, stop - 1)))

    def _character(self, origin: tuple[int, int]) -> str:
        block, place = origin
        return locators.part(self.blocks[block].locator, place, place + 1)

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and stop of the sentence around a place in `plain`, its full stop included."""
        before = [match.end() for match in _SENTENCE_END.finditer(self.plain, 0, at)]
        after = _SENTENCE_END.search(self.plain, at)
        stop = len(self.plain) if after is None else after.end() - (after.group() == BREAK)
        return (before[-1] if before else 0), stop


class _Comparable(dict[str, str]):
    """The comparable form of each character that has been met: a report has some thousand different ones."""

    def __missing__(self, character: str) -> str:
        normal = unicodedata.normalize("NFKC", character)
        self[character] = "".join(one for one in normal if not one.isspace() and one not in "\u200b\ufeff")
        return self[character]


_SAME = _Comparable()


def plain_text(document: Document) -> PlainText:
    """The paragraphs of a document, and the sentences in the cells of its tables, as one text."""
    blocks: list[Paragraph] = []
    plain: list[str] = []
    origins: list[tuple[int, int]] = []
    for paragraph, apart in _paragraphs(document):
        ended = not blocks or apart or _ENDS.search(blocks[-1].text) or _BEGINS.match(paragraph.text)
        if blocks and ended:
            plain.append(BREAK)
            origins.append((len(blocks) - 1, -1))
        blocks.append(paragraph)
        block = len(blocks) - 1
        same = [_SAME[character] for character in paragraph.text]
        plain += same
        origins += [(block, place) for place, characters in enumerate(same) for _ in characters]
    return PlainText(simplified("".join(plain)), tuple(origins), tuple(blocks))


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
