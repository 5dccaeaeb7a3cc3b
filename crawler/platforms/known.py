"""All platforms that there are, by the family of a site, and by what its pages look like.

To load them takes longer than to read the registry, which needs their names alone (`families`).
"""

from __future__ import annotations

from crawler.platforms.base import Platform, Recognition
from crawler.platforms.families import FAMILIES_CSV, platform_names
from crawler.platforms.page import Page
from crawler.platforms.systems.epoint import Epoint
from crawler.platforms.systems.generic import Generic
from crawler.platforms.systems.gkmlpt import Gkmlpt
from crawler.platforms.systems.hanweb_jcms import HanwebJcms
from crawler.platforms.systems.hanweb_jpaas import HanwebJpaas
from crawler.platforms.systems.hanweb_xxgk import HanwebXxgk
from crawler.platforms.systems.lonsun import Lonsun
from crawler.platforms.systems.openness import Openness
from crawler.platforms.systems.pc_list import PcList
from crawler.platforms.systems.static import CONFIDENCE_ORDER
from crawler.platforms.systems.trs import Trs
from crawler.platforms.systems.truecms import Truecms
from crawler.platforms.systems.ucap import Ucap
from crawler.platforms.systems.vsb import Vsb

PLATFORMS: tuple[Platform, ...] = (
    *(Trs(), Ucap(), HanwebJcms(), HanwebXxgk(), HanwebJpaas(), Gkmlpt(), Vsb(), Lonsun(), Openness()),
    *(PcList(), Epoint(), Truecms(), Generic()),
)
_PLATFORMS = {platform.family: platform for platform in PLATFORMS}


class UnknownFamilyError(KeyError):
    """The registry names a family that data/registry/families.csv does not have."""

    def __str__(self) -> str:
        return f"no family {self.args[0]!r}: use one of {FAMILIES_CSV}, or add a row that names its platform"


def platform_for(family: str) -> Platform:
    """The platform that serves a family of data/registry/families.csv. Raises UnknownFamilyError."""
    platform = platform_names().get(family, "")
    if platform not in _PLATFORMS:
        raise UnknownFamilyError(family)
    return _PLATFORMS[platform]


def recognise(page: Page) -> tuple[Recognition, ...]:
    """The families that a page may belong to, the surest first, then the one with most evidence."""
    found = [recognition for platform in PLATFORMS if (recognition := platform.recognise(page))]
    return tuple(
        sorted(
            found,
            key=lambda recognition: (
                CONFIDENCE_ORDER.index(recognition.confidence),
                len(recognition.evidence),
            ),
            reverse=True,
        )
    )
