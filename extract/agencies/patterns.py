"""Patterns that stand for several names: `[x]` may be left out, `(a|b)` is one of these."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"\[|\]|\(|\)|\||[^\[\]()|]+")


def expand(pattern: str) -> tuple[str, ...]:
    """Every name that a pattern stands for. ValueError where its brackets do not match.

    >>> expand("卫生[和]健康(局|委)")
    ('卫生和健康局', '卫生和健康委', '卫生健康局', '卫生健康委')
    """
    tokens = list(_TOKEN.findall(pattern))
    names, rest = _alternatives(tokens)
    if rest:
        raise ValueError(f"{pattern!r}: a bracket closes that was not opened")
    return tuple(dict.fromkeys(names))


def _alternatives(tokens: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """What the tokens up to a closing bracket stand for, and the tokens from that bracket on."""
    done: list[str] = []
    now = [""]
    while tokens and tokens[0] not in ")]":
        token, tokens = tokens[0], tokens[1:]
        if token == "|":
            done, now = done + now, [""]
            continue
        inner = [token]
        if token in ("(", "["):
            inner, tokens = _alternatives(tokens)
            if not tokens or tokens[0] != {"(": ")", "[": "]"}[token]:
                raise ValueError(f"a {token} is not closed")
            tokens = tokens[1:]
            inner = [*inner, ""] if token == "[" else inner
        now = [start + end for start in now for end in inner]
    return done + now, tokens
