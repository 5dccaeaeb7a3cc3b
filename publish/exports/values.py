"""Values of cells as files without types of their own hold them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

# Beyond, a double does not tell one whole number from the next.
_EXACT = 2**53


def flat(value: Any) -> Any:
    """The value as text, number or truth: a count is whole, a list is JSON, a day as ISO 8601 writes it.

    >>> flat(12.0), flat(0.5), flat(["suspect"]), flat([]), flat(True), flat(date(2024, 1, 31))
    (12, 0.5, '["suspect"]', '[]', 'true', '2024-01-31')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return whole(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def whole(value: float) -> float | int:
    """A number that is whole as such.

    >>> whole(3.0), whole(3.5), whole(float("nan"))
    (3, 3.5, nan)
    """
    return int(value) if value.is_integer() and abs(value) < _EXACT else value
