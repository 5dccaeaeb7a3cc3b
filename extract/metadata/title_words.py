"""The words of titles, rows of `title_words.csv`: what a report calls itself, what stands before its
organ's name, how such a name ends, and pieces of sentences that name nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.codebook import CodebookError, read_table


def any_of(kind: str) -> str:
    """The patterns of a kind as one: any of them."""
    if kind not in title_words():
        raise CodebookError(f"title_words.csv has no row of kind {kind}")
    return rf"(?:{'|'.join(title_words()[kind])})"


@cache
def title_words(folder: Path = CODEBOOK) -> Mapping[str, tuple[str, ...]]:
    """The patterns by kind; CodebookError names the line of one that its own example does not show."""
    found: dict[str, tuple[str, ...]] = {}
    for line, row in read_table("title_words", folder):
        if not re.search(row["pattern"], row["example"]):
            where = f"title_words.csv line {line}"
            raise CodebookError(f"{where}: {row['pattern']} is not in its example {row['example']}")
        found[row["kind"]] = (*found.get(row["kind"], ()), row["pattern"])
    return found
