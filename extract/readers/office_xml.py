"""The parts of an Office Open XML package and their elements, whatever the namespaces.

Transitional and strict files (ISO/IEC 29500) differ in namespaces only, so elements and attributes are known
by their local names.
"""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from extract.document import UnreadableDocumentError
from extract.readers.zip_file import Archive

_SAVE_AGAIN = "open it in WPS or Word and save it again"


class Package:
    """The parts of a DOCX, parsed without entities and network."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data)
        self._names = frozenset(self._archive.names())
        self.main = self._main_part()
        self._folder, _, name = self.main.rpartition("/")
        relations = self.elements(f"{self._folder}/_rels/{name}.rels")
        #: Targets of the main part's relations (pictures, embedded files) by their identifiers.
        self.targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
        self._related = {
            relation.get("Type", "").rpartition("/")[2]: relation.get("Target", "") for relation in relations
        }

    def elements(self, part: str) -> list[etree._Element]:
        """The top elements of a part; none where the package has no such part."""
        return list(parsed(self._archive.read(part), part)) if part in self._names else []

    def data(self, target: str) -> bytes:
        """The bytes of a part that a relation of the main part names; none where there is no such part."""
        part = target.lstrip("/") if target[:1] == "/" else f"{self._folder}/{target}"
        return self._archive.read(part) if part in self._names else b""

    def related(self, kind: str) -> list[etree._Element]:
        """The top elements of the main part's ``footnotes`` or ``styles``: of the part that the relation
        names, else of the one called so beside the main part."""
        return self.elements(self._part(kind))

    def related_data(self, kind: str) -> bytes:
        """The bytes of that part; none where the package has no such part."""
        part = self._part(kind)
        return self._archive.read(part) if part in self._names else b""

    def title(self) -> str:
        """The title among the package's properties, or "" where none is set."""
        titles = [element for element in self.elements("docProps/core.xml") if local_name(element) == "title"]
        return (titles[0].text or "").strip() if titles else ""

    def _main_part(self) -> str:
        for relation in self.elements("_rels/.rels"):
            target = relation.get("Target", "").lstrip("/")
            if relation.get("Type", "").endswith("/officeDocument") and target in self._names:
                return target
        if "word/document.xml" not in self._names:
            raise UnreadableDocumentError("damaged", f"the Word file lacks its main part; {_SAVE_AGAIN}")
        return "word/document.xml"

    def _part(self, kind: str) -> str:
        target = self._related.get(kind, f"{kind}.xml")
        return target.lstrip("/") if target[:1] == "/" else f"{self._folder}/{target}"


def parsed(data: bytes, part: str) -> etree._Element:
    """The root of a part."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocumentError(
            "damaged", f"{part} in the Word file is not XML ({error.msg}); {_SAVE_AGAIN}"
        ) from error


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return _without_namespace(str(element.tag))


def first_child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name; None also for the child of nothing, so that calls can be nested."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name."""
    return next((str(value) for key, value in element.items() if _without_namespace(str(key)) == name), None)


@lru_cache(maxsize=1024)
def _without_namespace(name: str) -> str:
    return name.rpartition("}")[2]
