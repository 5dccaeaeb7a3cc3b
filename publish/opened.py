"""A locator opened in the archived bytes: the reader that wrote it reads the file again, and says what stands
there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extract import locators
from extract.document import Block, Cell, Document, Paragraph, Table
from extract.locators import Locator, Span
from extract.privacy import MASK

# What stands between statements of one thing that are published as one text (`extract.narrative`).
_BETWEEN = "；"
# So much may lie behind a mask: an address of mail, a name, several numbers of telephones.
_LONGEST_MASKED = 80


class NotThereError(LookupError):
    """A locator that leads nowhere in this file, or to another text; the message says which."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a cell or of a paragraph, from `start` to before `stop`."""

    item: Cell | Paragraph
    start: int
    stop: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.item.text[self.start : self.stop]


@dataclass(frozen=True)
class OpenedDocument:
    """A document in which places can be looked up."""

    document: Document

    def marks(self, locator: Locator) -> tuple[Mark, ...]:
        """What a locator marks, cell by cell and paragraph by paragraph; NotThereError where it leads
        nowhere."""
        return tuple(mark for span in locator.spans for mark in self._marks(span))

    def find(self, locator: Locator, published: str) -> tuple[Mark, ...]:
        """What a locator marks; NotThereError where that is not what was published.

        Lines that are one text are put together; white space around it counts as little as between them. Of
        digits run together a part may be published, of a masked text what is not masked. Nothing was
        published of a blank, which may have no place of its own: then its row is marked.
        """
        marks = self.marks(locator)
        there = _BETWEEN.join("".join(mark.text for mark in self._marks(span)) for span in locator.spans)
        if there == published or not published.strip() or _holds(there, published):
            return marks
        raise NotThereError(f"at {locator} stands {there!r} and not {published!r}")

    def block(self, item: Cell | Paragraph) -> int:
        """The number of the block that a cell or a paragraph is in."""
        return self._blocks[item.locator]

    def _marks(self, span: Span) -> Iterator[Mark]:
        first, last = str(span.first.whole), str(span.last.whole)
        if absent := [place for place in (first, last) if place not in self._numbers]:
            raise NotThereError(f"the file has no {absent[0]}")
        items = self._items[self._numbers[first] : self._numbers[last] + 1]
        for number, item in enumerate(items):
            start, stop = 0, len(item.text)
            if number == 0 and span.first.characters:
                start = span.first.characters[0] - 1
            if number == len(items) - 1 and span.last.characters:
                stop = span.last.characters[1]
            if stop > len(item.text):
                raise NotThereError(f"{item.locator} has {len(item.text)} characters and no {stop}")
            yield Mark(item, start, stop)

    @cached_property
    def _items(self) -> list[Cell | Paragraph]:
        """Cells and paragraphs in reading order."""
        return [item for block in self.document.blocks for item in _parts(block)]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {item.locator: number for number, item in enumerate(self._items)}

    @cached_property
    def _blocks(self) -> dict[str, int]:
        blocks = enumerate(self.document.blocks)
        return {item.locator: number for number, block in blocks for item in _parts(block)}


def find(document: Document, locator: str, published: str) -> tuple[Mark, ...]:
    """What a fact's locator marks; LocatorError, NotThereError."""
    return OpenedDocument(document).find(locators.parse(locator), published)


def _parts(block: Block) -> Sequence[Cell | Paragraph]:
    return block.cells if isinstance(block, Table) else (block,)


def _holds(there: str, published: str) -> bool:
    """Whether the text is what was published, but for white space and what is masked; or digits run together
    of which that is a part."""
    bare, wanted = "".join(there.split()), "".join(published.split())
    if bare == wanted or (wanted in bare and bare.isdecimal()):
        return True
    masked = f".{{1,{_LONGEST_MASKED}}}?".join(map(re.escape, wanted.split(MASK)))
    return MASK in wanted and re.fullmatch(masked, bare, re.DOTALL) is not None
