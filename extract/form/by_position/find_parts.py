"""Where the parts of a table that is read by position stand: below headers of a real table, and in running
text after words that name its outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extract.form.by_position.parts import Outcome, Part
from extract.form.engine.headers import leaves
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import normalise
from extract.form.layout.positions import Positions
from extract.form.rows.kinds import VALUE, kinds
from extract.form.rows.table_rows import PrintedRow, adds_up, is_outcome_header, names_proceedings

# Of the outcomes that no other table names a header of the whole table keeps so great a share.
LEAST_NAMED = 2 / 3


def parts_of_tables(rows: Sequence[PrintedRow], form: Positions) -> list[Part]:
    """The parts in rows of real tables, each below a header of its own."""
    parts: list[Part] = []
    header: list[PrintedRow] = []
    below: list[PrintedRow] = []
    for row in rows:
        words_only = not row.has_value()
        some_words = any(normalise(cell.text).body for cell in row.cells)
        heads = is_outcome_header(row) or names_proceedings(row)
        if below and (heads or row.table != below[-1].table):
            parts.append(_part(header, below, form))
            header, below = [], []
        if heads or (words_only and some_words and not below):
            header.append(row)
        else:
            below.append(row)
    return [*parts, _part(header, below, form)] if below else parts


def _part(header: Sequence[PrintedRow], below: Sequence[PrintedRow], form: Positions) -> Part:
    """The part of the rows below a header. Its values are in the first that prints any, or the first of all
    where words, the next section's heading say, come before values do."""
    printed = (row for row in below if any(cell.text.strip() for cell in row.cells))
    first = next(printed, below[0])
    row = first if first.has_value() else below[0]
    outcomes = tuple(_outcomes(header, form))
    others = tuple(other for other in below if other is not row and other.has_value())
    if len(outcomes) < len(form.keys) and _is_whole(row, header, form):
        outcomes = ()
    blocks = _blocks_above(outcomes, row, form)
    return Part(row, tuple(blocks), outcomes, tuple(header), others)


def _is_whole(row: PrintedRow, header: Sequence[PrintedRow], form: Positions) -> bool:
    """Whether a row prints a value for every position of the table below a header that names all proceedings,
    though cells of the header are lost (Word 2003 files leave out those under merged ones), or one that a
    page break has cut, where its sums say so."""
    labels = codebook().columns[form.table]
    named = {labels.get(normalise(cell.text).body) for one in header for cell in one.cells}
    values = kinds([cell.text for cell in row.cells])
    all_named = values == [VALUE] * len(form.keys) and named >= set(form.proceedings)
    return all_named or (named.isdisjoint(form.proceedings) and adds_up(row, form))


def _outcomes(header: Sequence[PrintedRow], form: Positions) -> Iterator[Outcome]:
    labels = codebook().columns[form.table]
    for cells, start, stop in leaves([row.cells for row in header]):
        bodies = [normalise(cell.text).body for cell in cells]
        keys = [labels[body] for body in [*bodies, "".join(bodies)] if body in labels]
        if "".join(body for body in bodies if labels.get(body) not in form.above):
            named = {key for key in keys if key not in form.above}
            proceedings = frozenset(key for key in keys if key in form.proceedings)
            yield Outcome(start, stop, proceedings, min(named) if len(named) == 1 else None)


def _blocks_above(outcomes: Sequence[Outcome], row: PrintedRow, form: Positions) -> list[frozenset[str]]:
    """The proceedings named above each run of outcomes; a part without a header names none. Empty where the
    header does not tell."""
    if not outcomes:
        values = kinds([cell.text for cell in row.value_cells]).count(VALUE)
        return [frozenset()] * (values // form.width) if values % form.width == 0 else []
    if len(outcomes) % form.width:
        return []
    named = [one.proceedings for one in outcomes]
    blocks = [frozenset().union(*named[i : i + form.width]) for i in range(0, len(named), form.width)]
    each_once = sorted(map(sorted, blocks)) == sorted([one] for one in form.proceedings)
    if len(outcomes) == len(form.keys) and not each_once:
        return [frozenset({one}) for one in form.proceedings]
    return blocks


def parts_of_text(rows: Sequence[PrintedRow], form: Positions) -> Iterator[Part]:
    """The parts in running text: rows with values below words that end in a header; a header may stand on
    several rows that print nothing else."""
    heard = ""
    for row in rows:
        words = _title().sub("", heard + row.words)
        blocks = _blocks_before(words, len(row.value_cells), form)
        printed = row.prints_values()
        heard = words if not printed and words.endswith(_header_labels(form.table)) else ""
        if blocks and (printed or len(row.value_cells) == form.width * len(blocks)):
            yield Part(row, blocks)
            heard = ""


def _blocks_before(words: str, values: int, form: Positions) -> tuple[frozenset[str], ...]:
    """The proceedings named above each run of outcomes in which the words end; empty where they do not.

    The header of the whole table may have lost words; that of a part names its outcomes in full, with the
    proceedings right before them, or none.
    """
    whole = tuple(frozenset({one}) for one in form.proceedings)
    least = LEAST_NAMED * len(form.telling) * len(form.proceedings)
    labels = codebook().columns[form.table]
    # The outcomes that no other table of the form names.
    named = len(re.findall(_words_of(form.table, form.telling), words))
    ends = words.endswith(_header_labels(form.table))
    if values == len(form.keys):
        scrambled = all(line.bodies[0] in words for line in codebook().lines_of_all(form.table))
        return whole if scrambled or (named >= least and ends) else ()
    if named > least and ends:
        return whole
    found = _header_of_a_part(form).search(words)
    if not found:
        return ()
    count = len(_outcome_row(form).findall(found["outcomes"]))
    above = [labels[body] for body in re.findall(_words_of(form.table, form.above), found["proceedings"])]
    told = [one for one in above if one in form.proceedings]
    return tuple(frozenset({one}) for one in told) if len(told) == count else (frozenset(),) * count


@cache
def _title() -> re.Pattern[str]:
    """The titles of the section, which name the proceedings and head none of them."""
    words = codebook().words["title_of_proceedings"]
    return re.compile(one_of(normalise(word).body for word in words))


def _header_labels(table: str) -> tuple[str, ...]:
    return tuple(codebook().columns[table])


@cache
def _words_of(table: str, keys: frozenset[str]) -> str:
    labels = (body for body, key in codebook().columns[table].items() if key in keys)
    return f"(?:{one_of(labels)})"


@cache
def _outcome_row(form: Positions) -> re.Pattern[str]:
    return re.compile("".join(_words_of(form.table, frozenset({key})) for key in form.outcomes))


@cache
def _header_of_a_part(form: Positions) -> re.Pattern[str]:
    proceedings = f"(?P<proceedings>{_words_of(form.table, form.above)}*)"
    return re.compile(f"{proceedings}(?P<outcomes>(?:{_outcome_row(form).pattern})+)$")
