"""Portals by family and variant: each a function from a request to a response."""

from __future__ import annotations

from demo.province.faults import Fault
from demo.province.model import County
from demo.province.portals.epoint import Epoint
from demo.province.portals.gkmlpt import Gkmlpt, Nfcms
from demo.province.portals.jcms import Jcms
from demo.province.portals.jpaas import Jpaas
from demo.province.portals.lonsun import Lonsun
from demo.province.portals.openness import OpennessNew, OpennessOld
from demo.province.portals.pc_list import PcList
from demo.province.portals.portal import Portal
from demo.province.portals.static import Static
from demo.province.portals.trs import Trs
from demo.province.portals.truecms import TrueCms
from demo.province.portals.ucap import Ucap
from demo.province.portals.vsb import Vsb
from demo.province.portals.xxgk import Xxgk
from demo.province.shapes.shape import Shape

PORTALS: dict[tuple[str, str], type[Portal]] = {
    ("trs", "years"): Trs,
    ("trs", "hubei"): Trs,
    ("trs", "guangxi"): Trs,
    ("ucap", "static"): Ucap,
    ("ucap", "xhr"): Ucap,
    ("hanweb_jcms", "rows"): Jcms,
    ("hanweb_jcms", "groups"): Jcms,
    ("hanweb_xxgk", "module"): Xxgk,
    ("hanweb_jpaas", "hex"): Jpaas,
    ("hanweb_jpaas", "digits"): Jpaas,
    ("gkmlpt", "gkmlpt"): Gkmlpt,
    ("gkmlpt", "nfcms"): Nfcms,
    ("vsb", "reverse"): Vsb,
    ("lonsun", "label"): Lonsun,
    ("openness", "old"): OpennessOld,
    ("openness", "new"): OpennessNew,
    ("openness", "xxgk"): OpennessNew,
    ("pc_list", "json"): PcList,
    ("epoint", "from0"): Epoint,
    ("epoint", "from1"): Epoint,
    ("epoint", "static"): Epoint,
    ("truecms", "jsonp"): TrueCms,
    ("generic", "index"): Static,
    ("generic", "phpcms"): Static,
}


def open_portal(county: County, faults: frozenset[Fault | Shape] = frozenset()) -> Portal:
    """The county's portal in its dialect, with the content faults that hold."""
    return PORTALS[county.family, county.variant](county, faults)
