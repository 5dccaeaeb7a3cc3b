"""Word files in other coats: parts under other names, packages as few programs write them, one XML file."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Mapping
from random import Random

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft
from demo.skins import SKINS

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_WORD_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
_PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"
_RUN = re.compile(rf"<w:r>(?:(?!</?w:r>).)*{MARK}</w:t></w:r>")
# What stands beside the number: raised, lowered, hidden, struck; none of it is a figure of it.
_BESIDE = (
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
    '<w:rPr><w:vertAlign w:val="subscript"/></w:rPr>',
    "<w:rPr><w:vanish/></w:rPr>",
    "<w:rPr><w:strike/></w:rPr>",
)


def _parts(variant: int, draft: Draft, texts: Texts, rng: Random) -> dict[str, bytes]:
    """The parts of a Word file with something beside the number in its cell."""
    data = SKINS["docx"].render(draft, rng).data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    beside = f"<w:r>{_BESIDE[variant % 4]}<w:t>{texts.extra}</w:t></w:r>"
    cell = f"<w:r><w:t>{texts.seen}</w:t></w:r>{beside}"
    text, count = _RUN.subn(lambda _: cell, parts["word/document.xml"].decode())
    assert count == 1
    return {**parts, "word/document.xml": text.encode()}


def _zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), part, compress_type=method)
    return out.getvalue()


def _main_at(parts: Mapping[str, bytes], place: str) -> dict[str, bytes]:
    """The package with its main part elsewhere, where its relations say."""
    moved = dict(parts)
    moved[place] = moved.pop("word/document.xml")
    if (relations := moved.pop("word/_rels/document.xml.rels", None)) is not None:
        folder, _, name = place.rpartition("/")
        moved[f"{folder}/_rels/{name}.rels"] = relations
    for name in ("_rels/.rels", "[Content_Types].xml"):
        moved[name] = moved[name].replace(b"word/document.xml", place.encode())
    return moved


def packages(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A Word file whose package is laid out as few programs do."""
    parts = _parts(variant, draft, texts, rng)
    main = parts["word/document.xml"]
    written = (
        lambda: _zipped(_main_at(parts, "word/document22.xml")),
        lambda: _zipped(_main_at(parts, "word/document2.xml")),
        lambda: _zipped({name.replace("/", "\\"): part for name, part in parts.items()}),
        lambda: _zipped(parts, zipfile.ZIP_STORED),
        lambda: _zipped(dict(reversed(parts.items()))),
        lambda: _zipped({**parts, "word/document.xml": b"\xef\xbb\xbf" + main}),
        lambda: _zipped({**parts, "word/document.xml": main.replace(_WORD.encode(), _STRICT.encode())}),
        lambda: _zipped({**parts, "_rels/.rels": parts["_rels/.rels"].replace(b'"word/', b'"/word/')}),
        lambda: _zipped(
            {**parts, "word/document.xml": main.replace(b"<w:body>", b"<w:body><!-- 9 --><?x 9?>")}
        ),
        lambda: b"\0" * 3 + _zipped(parts),
        lambda: _zipped({**parts, "mimetype": b"application/msword"}),
        lambda: _zipped({**parts, "word/document.xml": main.decode().encode("utf-16")}),
    )
    return written[variant % len(written)](), "docx"


def one_xml(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A Word file as one XML file: Word 2003's, or a flat package."""
    parts = _parts(variant // 2, draft, texts, rng)
    if variant % 2:
        return _flat(parts), rng.choice(("xml", "doc"))
    body = re.search(r"<w:body>.*</w:body>", parts["word/document.xml"].decode(), re.DOTALL)
    assert body is not None
    page = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="{_WORD_2003}">{body[0]}</w:wordDocument>'
    )
    return page.encode(), rng.choice(("xml", "doc"))


def _flat(parts: Mapping[str, bytes]) -> bytes:
    written = []
    for name, part in parts.items():
        if name == "[Content_Types].xml":
            continue
        text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", part.decode("utf-8", "replace"))
        is_xml = name.endswith((".xml", ".rels"))
        content = (
            f"<pkg:xmlData>{text}</pkg:xmlData>"
            if is_xml
            else (f"<pkg:binaryData>{base64.b64encode(part).decode()}</pkg:binaryData>")
        )
        written.append(f'<pkg:part pkg:name="/{name}">{content}</pkg:part>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
        f'<pkg:package xmlns:pkg="{_PACKAGE}">{"".join(written)}</pkg:package>'
    ).encode()


PACKAGES = {"word_packages": packages, "word_xml": one_xml}
