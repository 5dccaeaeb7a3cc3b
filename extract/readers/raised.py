"""Raised and lowered digits, written as Unicode writes them.

The 1 of a footnote stands beside a number as a digit of its own size and height. Text that loses both makes
12 and its footnote 1 the number 121, so readers keep the height in the characters: 12¹.
"""

from __future__ import annotations

_RAISED = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789０１２３４５６７８９", "₀₁₂₃₄₅₆₇₈₉₀₁₂₃₄₅₆₇₈₉")


def raised(text: str) -> str:
    """A text of superscript.

    >>> raised("[1]"), raised("注２")
    ('[¹]', '注²')
    """
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """A text of subscript.

    >>> lowered("2")
    '₂'
    """
    return text.translate(_LOWERED)
