"""Codes that name an organ or a site: 统一社会信用代码 (unified social credit code), SiteIDCode.

A credit code in a 索引号 is the strongest sign of whose document it is
(docs/domain/variation.md#credit-codes), and only where its check character holds. Its digits 3 to 8 are the
division at registration, which may be an old one.
"""

from __future__ import annotations

import re

# GB 32100-2015: letters without I, O, S, V, Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MODULUS = len(ALPHABET)
LENGTH = 18
# First two characters: 1x organs and what their establishment offices register, N townships' and villages'
# collectives. Anything else (9 companies, 5 associations) is not a publisher of these reports.
ORGAN_CLASSES = ("11", "12", "13", "19")
# GB/T 2260: xx01 of a prefecture is 市辖区, "districts of the city"; organs of the city register under it.
CITY_DISTRICTS = "01"
_CREDIT_CODE = re.compile(
    rf"(?<![0-9A-Za-z])[1-9A-GY][0-9A-HJ-NPQRTUWXY]\d{{6}}[{ALPHABET}]{{10}}(?![0-9A-Za-z])"
)
_SITE_CODE = re.compile(r"(\d{6})\d{4}")


def check_character(body: str) -> str:
    """The 18th character that the first 17 of a credit code call for (GB 32100: weights 3^i mod 31).

    >>> check_character("11341702486344515")
    'H'
    """
    total = sum(ALPHABET.index(character) * pow(3, i, MODULUS) for i, character in enumerate(body))
    return ALPHABET[-total % MODULUS]


def is_credit_code(text: str) -> bool:
    """Whether `text` is a unified social credit code whose check character holds.

    >>> is_credit_code("11341702486344515H"), is_credit_code("11341702486344515J"), is_credit_code("1134")
    (True, False, False)
    """
    return (
        len(text) == LENGTH
        and all(character in ALPHABET for character in text)
        and text[2:8].isdigit()
        and check_character(text[:-1]) == text[-1]
    )


def is_organ(code: str) -> bool:
    """Whether a credit code is of the kind that organs of the state and their institutions have."""
    return code[:2] in ORGAN_CLASSES


def division_at_registration(code: str) -> str:
    """The division in a credit code: digits 3 to 8, as they were when it was given."""
    return code[2:8]


def credit_codes(text: str) -> tuple[str, ...]:
    """What has the shape of a credit code in `text`, each once, whether its check character holds or not.

    >>> credit_codes("索引号：11341702486344515H/202401-00012")
    ('11341702486344515H',)
    """
    return tuple(dict.fromkeys(_CREDIT_CODE.findall(text.upper())))


def site_division(site_code: str) -> str | None:
    """The division in a SiteIDCode (网站标识码), the first six of ten digits; None for what is no such code.

    >>> site_division("3590000001"), site_division("bm35000001")
    ('359000', None)
    """
    match = _SITE_CODE.fullmatch(site_code.strip())
    return match.group(1) if match else None
