"""The id of an agency: whose it is and what it does, ``410702:commerce``.

In front of the colon stands the place, with a unit below the county after a dot: a township, a subdistrict
or a zone that is no division (``610828.螅镇:gov``, ``350128.平潭综合实验区:committee``). After it stands the
function; ``.branch`` is a branch (分局) of the organ above, where the place might have an organ of its own as
well (``410702:natural_resources.branch``). A vertically managed organ has the place it serves
(``511725:tax``).
The government and its general office are two agencies, ``gov`` and ``gov_office`` (C3:
docs/domain/checks.md#across-levels).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BRANCH = ".branch"
_ID = re.compile(r"(\d{6}(?:-\d{4})?)(?:\.([^:.,;\s]+))?:([a-z_]+)(\.branch)?")


@dataclass(frozen=True, slots=True, order=True)
class Agency:
    """An agency: its place, the unit below the county if it is one's, its function, whether a branch."""

    place_id: str
    unit: str
    function: str
    branch: bool = False

    @property
    def agency_id(self) -> str:
        """The id, as ``410702:commerce``."""
        return f"{self.unit_place}:{self.function}{BRANCH if self.branch else ''}"

    @property
    def unit_place(self) -> str:
        """The place with its unit: ``610828.螅镇``."""
        return f"{self.place_id}.{self.unit}" if self.unit else self.place_id


def parse_agency_id(agency_id: str) -> Agency:
    """The agency of an id; ValueError where it is none.

    >>> parse_agency_id("610828.螅镇:gov")
    Agency(place_id='610828', unit='螅镇', function='gov', branch=False)
    """
    match = _ID.fullmatch(agency_id)
    if not match:
        raise ValueError(f"{agency_id!r} is no agency id; it should be like 410702:commerce")
    place, unit, function, branch = match.groups()
    return Agency(place, unit or "", function, bool(branch))
