"""What a number shows under a format of a workbook (ECMA-376 part 1, 18.8.30).

A workbook stores 0 and shows nothing, or a dash, or stores 0.5 and shows 50%. Only formats that are told for
certain are applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

#: Formats that programs know by number (18.8.30) and that may show another number than the stored one.
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 48: "##0.0E+0"},
    **dict.fromkeys((41, 42), '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
    **dict.fromkeys((43, 44), '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
}
#: What shows a number as it is stored, in English and Chinese; alone, or with @ for text.
_GENERAL = ("General", "GENERAL", "G/通用格式")
_TOKEN = re.compile(rf'{"|".join(_GENERAL)}|"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_PLAIN = re.compile(r"(?P<whole>[#,0?]*[#0?])(?:\.(?P<decimals>0+))?(?P<thousands>,*)")
#: Excel keeps 15 digits; no count comes near, and what is greater stands as it is stored.
GREATEST, MOST_DECIMALS = 1e15, 8


def code_of(number: int, own: Mapping[int, str]) -> str | None:
    """The format of that number, one of the workbook's `own` or one that programs know; None for the general
    one, which shows a number as it is stored, and those not told."""
    code = own.get(number) or _BUILT_IN.get(number)
    return None if code is None or code in (*_GENERAL, "@") else code


def formatted(value: float, code: str) -> str | None:
    """A number under a format, None where the format is not one of those that are told for certain.

    >>> formatted(0, '0;-0;;@'), formatted(0, '#,##0;-#,##0;"-"'), formatted(0.5, '0%'), formatted(2.5, '0')
    ('', '-', '50%', '3')
    >>> formatted(12, '0"件"'), formatted(12345, '0,'), formatted(3, '"2023-"0') is None
    ('12件', '12', True)
    >>> formatted(0, '#'), formatted(7, '000'), formatted(0, 'General;-General;'), formatted(-5, '0;-General')
    ('', '007', '', '-5')
    """
    sections = _sections(code)
    if len(sections) < 2:
        section, magnitude = sections[0], value
    else:
        section = (
            sections[1] if value < 0 else sections[2] if not value and len(sections) > 2 else sections[0]
        )
        magnitude = abs(value)
    if any(token[0] == "[" and set(token) & set("<>=") for token in section):
        return None
    literals = [(_literal(token), token) for token in section]
    before = "".join(text for text, _ in literals if text is not None)
    placeholders = "".join(token for text, token in literals if text is None)
    if not placeholders or (not value and not placeholders.strip("?")):
        return before.strip()
    if any(map(str.isdigit, before)) or ("%" in before and before != "%") or not abs(magnitude) < GREATEST:
        return None
    number = _number(Decimal(repr(magnitude)) * (100 if before == "%" else 1), placeholders)
    if number is None:
        return None
    at = next(index for index, (text, _) in enumerate(literals) if text is None)
    head = "".join(text or "" for text, _ in literals[:at])
    return f"{head}{number}{before[len(head) :]}".strip()


def formatted_text(text: str, code: str) -> str | None:
    """A text under a format, None where the text does not stand as it is stored among other words.

    >>> formatted_text("12", '0;0;0;"13"'), formatted_text("12", ";;;"), formatted_text("12", "0;-0;0;@")
    ('13', '', '12')
    """
    sections = _sections(code)
    if len(sections) < 4:
        return text
    tokens = [text if token == "@" else _literal(token) for token in sections[3]]
    return None if None in tokens else "".join(token or "" for token in tokens).strip()


def _number(exact: Decimal, placeholders: str) -> str | None:
    """The digits that stand for the placeholders, None where those are not plain ones."""
    if placeholders in _GENERAL:
        return format(exact.to_integral_value(), "f") if exact == exact.to_integral_value() else None
    plain = _PLAIN.fullmatch(placeholders)
    decimals = len(plain["decimals"] or "") if plain else 0
    if plain is None or decimals > MOST_DECIMALS:
        return None
    scaled = exact.scaleb(-3 * len(plain["thousands"])).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign, digits = "-" if scaled < 0 else "", format(abs(scaled), "f")
    whole, point, rest = digits.partition(".")
    least = plain["whole"].count("0")
    return f"{sign}{whole.lstrip('0').zfill(least)}{point}{rest}"


def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _literal(token: str) -> str | None:
    """The text that a token of a format shows, None for a digit's place."""
    if token in _GENERAL:
        return None
    if len(token) == 1:
        return None if token in "#0?.," or token.isalpha() else token
    return {'"': token[1:-1], "\\": token[1:]}.get(token[0], "")
