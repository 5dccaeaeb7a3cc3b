"""The parts of an OFD file: XML and pictures in a ZIP that name each other by path (GB/T 33190, 7.2 and 7.3).

Producers bend the standard: paths begin with a slash or count from the archive's root, namespaces differ,
letters change their case. So parts are found by what a path can mean and elements by their local names.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from extract.document import UnreadableDocumentError
from extract.readers.zip_file import Archive

ENTRY = "OFD.xml"


class Package:
    """An OFD file's parts; every one comes out bounded, and no path leads out of the archive."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data)
        self._names = {_normal(name).casefold(): name for name in self._archive.names()}

    def place(self, location: str, holder: str = ENTRY) -> str | None:
        """The part that `location`, written in the part `holder`, means; None where there is none."""
        location = location.strip().replace("\\", "/")
        for folder in (posixpath.dirname(holder), ""):
            place = _normal(location if location.startswith("/") else posixpath.join(folder, location))
            if place.casefold() in self._names:
                return place
        return None

    def data(self, place: str) -> bytes:
        """The bytes of a part; raises UnreadableDocumentError too_large, damaged or encrypted."""
        return self._archive.read(self._names[place.casefold()])

    def xml(self, place: str) -> etree._Element:
        """The root element of a part; raises UnreadableDocumentError as `data` does."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(self.data(place), parser)
        except etree.XMLSyntaxError as error:
            message = f"{place} in the OFD file is no XML ({error}): fetch the file again"
            raise UnreadableDocumentError("damaged", message) from error


def _normal(path: str) -> str:
    """A path from the archive's root; steps above the root stay at the root."""
    return posixpath.normpath("/" + path.replace("\\", "/").lstrip("/")).lstrip("/")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return _without_namespace(element.tag)


@lru_cache(maxsize=1024)
def _without_namespace(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return (child for child in element if local(child) == name)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element down a path of local names."""
    for name in path:
        element = None if element is None else next(children(element, name), None)
    return element


def text(element: etree._Element | None) -> str:
    """An element's own text, without the white space around it."""
    return ((element.text if element is not None else None) or "").strip()


def number(token: str) -> float:
    """A number of the page; raises ValueError for what is none, infinite ones included."""
    found = float(token)
    if not math.isfinite(found):
        raise ValueError(f"{token} is no place on a page")
    return found


def numbers(published: str | None, count: int) -> tuple[float, ...] | None:
    """So many numbers from an attribute or element; None where it is absent; raises ValueError for others."""
    if published is None or not published.strip():
        return None
    found = tuple(map(float, published.split()))
    if len(found) != count or not all(map(math.isfinite, found)):
        raise ValueError(f"{count} numbers wanted: {published}")
    return found
