"""What encloses an article's body, title and date: by data/registry/containers.csv, in the order of its rows.

A container is ``.class``, ``#id``, ``^id prefix`` or a tag; classes and ids are matched without case.
Rows of the role `wide` name what holds menus and lists as well: they count on pages that are articles for
another reason. `most_links` bounds the share of a container's text that stands in links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from lxml import etree, html

from base.paths import REGISTRY
from base.tables import Complaints, read

HEADER = ("role", "container", "most_links", "seen")
_ROLES = ("body", "wide", "title", "date")
_CONTAINER = re.compile(r"[.#^]?[A-Za-z][\w-]*")
# What a class or an identity can name; most cells of a report's tables have neither.
# By way of the attributes: to ask each element for them takes five times as long.
_NAMED = etree.XPath("descendant-or-self::*/@class/.. | descendant-or-self::*/@id/..")
_LINKED = etree.XPath("string-length(normalize-space(.))")


@dataclass(frozen=True, slots=True)
class Container:
    """One row: what it is called, and the largest share of links in it."""

    name: str
    most_links: float = 1.0


@cache
def containers(role: str, path: Path = REGISTRY / "containers.csv") -> tuple[Container, ...]:
    """The rows of a role: body, wide, title, date. Raises TableError."""
    found: list[Container] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        bound = row["most_links"] or "1"
        if row["role"] not in _ROLES:
            complain(row, f"the role is one of {', '.join(_ROLES)}")
        elif not _CONTAINER.fullmatch(row["container"]):
            complain(row, "a container is .class, #id, ^id prefix or a tag, and nothing beside it")
        elif not re.fullmatch(r"0\.\d+|1", bound):
            complain(row, "most_links is a share, such as 0.6, or empty")
        elif row["role"] == "wide" and bound == "1":
            complain(row, "a wide container needs a bound on its links")
        elif row["role"] == role:
            found.append(Container(row["container"], float(bound)))
    complain.check()
    return tuple(found)


def first(tree: html.HtmlElement, wanted: Iterable[Container]) -> html.HtmlElement | None:
    """The first element that the first fitting container names, that holds something and not links alone."""
    wanted = tuple(wanted)
    names = {container.name.lower() for container in wanted}
    named: dict[str, list[html.HtmlElement]] = {}
    for element in cast("list[html.HtmlElement]", _NAMED(tree)):
        keys = {f".{name}" for name in element.get("class", "").lower().split()}
        if identity := element.get("id", "").strip().lower():
            keys |= {f"#{identity}", f"^{identity.rstrip('0123456789')}"}
        for key in keys & names:
            named.setdefault(key, []).append(element)
    for container in wanted:
        name = container.name
        elements = tree.iter(name) if name[0] not in ".#^" else named.get(name.lower(), [])
        for element in elements:
            bounded = container.most_links < 1
            if holds_something(element) and not (bounded and share_of_links(element) > container.most_links):
                return element
    return None


def holds_something(element: html.HtmlElement) -> bool:
    """Whether an element shows anything: a picture, a table, a frame, or text."""
    if any(True for _ in element.iter("img", "table", "iframe", "embed", "object")):
        return True
    return any(not text.isspace() for text in element.itertext() if text)


def share_of_links(element: html.HtmlElement) -> float:
    """The share of an element's text that stands in links, 0 where it has no text."""
    text = cast(float, _LINKED(element))
    links = sum(cast(float, _LINKED(link)) for link in element.iter("a"))
    return links / text if text else 0.0
