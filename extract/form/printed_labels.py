"""The labels of the form that a document prints, whatever became of its values: they tell a form from a text
about it, an empty form from one that could not be read, and a report without a title from a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extract.document import Document, Paragraph
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import BY_POSITION, codebook
from extract.form.layout.form import Form
from extract.form.layout.labels import LEAST_TELLING, normalise
from extract.form.rows.values import parse

# So many labels of the form in running text, with not one value, are a form published empty.
LEAST_LABELS = 5
# So many in the form's order are the form, though nothing else says so.
LEAST_IN_ORDER = 10
# A line of running text that is longer is a sentence and no label, or no heading.
LONGEST_LABEL = 80
LONGEST_HEADING = 24


def printed_labels(document: Document) -> int:
    """How many of the form's row labels stand in the text as lines of their own, or glued one to the next."""
    own = {body for body in _bodies_of(document.paragraphs()) if body in _all_bodies()}
    runs = (run.group() for p in document.paragraphs() for run in _glued().finditer(normalise(p.text).body))
    return max([len(own), *(len(_label().findall(run)) for run in runs)])


def labels_in_order(document: Document) -> tuple[int, str | None]:
    """The longest run of the form's labels, lines or cells of their own, that stand in the form's order; and
    the edition whose order that is."""
    printed = list(_bodies_of(document.paragraphs()))
    cells = (cell for table in document.tables() for cell in table.cells)
    printed += [body for cell in cells if (body := normalise(cell.text).body)]
    longest = {edition: _in_order(printed, _order(edition)) for edition in _editions()}
    best = max(longest, key=lambda edition: longest[edition])
    return longest[best], best if longest[best] else None


def names_later_sections(document: Document) -> bool:
    """Whether the headings of the sections that follow the form's tables stand in it: the last page of a
    report, scanned by itself, has table four above them and no title."""
    headings = [normalise(p.text).body for p in document.paragraphs() if len(p.text) < LONGEST_HEADING]
    return all(any(word in body for body in headings) for word in codebook().words["later_section"])


def prints_numbers(document: Document) -> int:
    """How many lines between the form's first label and its last are numbers and nothing else: values of a
    form that is not empty."""
    paragraphs = list(document.paragraphs())
    labels = [at for at, p in enumerate(paragraphs) if any(b in _all_bodies() for b in _bodies_of([p]))]
    inside = paragraphs[labels[0] : labels[-1]] if labels else paragraphs
    return sum(parse(paragraph.text).value is not None for paragraph in inside)


def _bodies_of(paragraphs: Iterator[Paragraph] | Sequence[Paragraph]) -> Iterator[str]:
    """The fields of the lines that may be labels."""
    for paragraph in paragraphs:
        if len(paragraph.text) < LONGEST_LABEL:
            yield from (body for field in paragraph.text.split("\t") if (body := normalise(field).body))


def _in_order(printed: Sequence[str], order: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    known = frozenset(order)
    upto = [0] * (len(order) + 1)
    for body in printed:
        if body not in known:
            continue
        before = 0
        for at, label in enumerate(order, start=1):
            here = upto[at]
            upto[at] = before + 1 if label == body else max(upto[at], upto[at - 1])
            before = here
    return upto[-1]


def _editions() -> list[str]:
    return [edition for edition in codebook().editions if _order(edition)]


@cache
def _order(edition: str) -> tuple[str, ...]:
    """The labels of the form's tables in one edition, from top to bottom, header words before their rows;
    short ones (其他) tell nothing."""
    book = codebook()
    forms = [form for (table, one), form in book.forms.items() if one == edition and table in book.tables]
    return tuple(body for form in forms for body in _of_form(form) if len(body) >= LEAST_TELLING)


def _of_form(form: Form) -> Iterator[str]:
    if codebook().tables[form.table].cells == BY_POSITION:
        yield from _of_one_row(form)
        return
    headers: tuple[str, ...] = ()
    for line in form.lines:
        if line.headers != headers:
            headers = line.headers
            yield from headers
        yield line.bodies[0]


def _of_one_row(form: Form) -> Iterator[str]:
    """Its header line by line: the lines up to the first that stands above others, then those, what is
    printed above the cells of each below its own."""
    lines = enumerate(form.lines, start=1)
    group = next((at for at, line in lines if not line.printed), len(form.lines))
    for beside in (form.lines[:group], form.lines[group:]):
        yield from (line.bodies[0] for line in beside)
        for line in beside:
            yield from line.headers


@cache
def _all_bodies() -> frozenset[str]:
    return frozenset(b for form in codebook().forms.values() for line in form.lines for b in line.bodies)


@cache
def _label() -> re.Pattern[str]:
    return re.compile(one_of(_all_bodies()))


@cache
def _glued() -> re.Pattern[str]:
    """Labels with nothing between them but units of measure and numerals."""
    between = rf"(?:{one_of(codebook().words['unit'])})?(?:其中|[一二三四五六七八九十\d]{{1,2}})?"
    return re.compile(rf"(?:(?:{_label().pattern}){between}){{{LEAST_LABELS},}}")
