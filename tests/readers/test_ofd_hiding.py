"""What of an OFD page is printed: what lies above what, what is laid over the pages, which version counts."""

from __future__ import annotations

import pytest

from extract.document import Document, Note
from extract.readers.ofd.reader import read_ofd
from tests.readers.test_ofd import STANDARD, lines, packed, page, parts, path, text_object

OLD = text_object("99")
NEW = text_object("4")
WHITE = "<FillColor Value='255 255 255'/>"
HIDDEN = (Note("hidden_text", "page 1, left out: 99"),)


def sheet(more: str = "Stroke='false' Fill='true'", colour: str = WHITE, corners: str = "") -> str:
    """A painted area over the text objects."""
    drawn = path(corners or "M 0 0 L 20 0 L 20 8 L 0 8 C", at="18 19 20 8", more=more)
    return drawn.replace("<AbbreviatedData", f"{colour}<AbbreviatedData")


def read(objects: str) -> Document:
    return read_ofd(packed(parts(objects)))


def test_a_number_painted_over_is_left_out_and_told() -> None:
    document = read(OLD + sheet() + NEW)
    assert (lines(document), document.notes) == (["4"], HIDDEN)


@pytest.mark.parametrize(
    "seen",
    [
        sheet() + OLD,
        OLD + sheet(more="Stroke='true'"),
        OLD + sheet(more="Fill='true' Stroke='false' Alpha='90'"),
        OLD + sheet(more="Fill='true' Stroke='false' Visible='false'"),
        OLD + sheet(colour="<FillColor Value='255 255 0' Alpha='90'/>"),
        OLD + sheet(corners="M 0 0 L 20 0 L 0.1 0.1 C"),
        text_object("99", more="Fill='false' Stroke='true'"),
    ],
)
def test_what_can_be_seen_is_read(seen: str) -> None:
    assert lines(read(seen)) == ["99"]


@pytest.mark.parametrize("more", ["Alpha='3'", "Fill='false' Stroke='true' Alpha='0'"])
def test_what_leaves_no_mark_is_left_out(more: str) -> None:
    document = read(text_object("99", more=more) + text_object("4", at="20 60 20 6"))
    assert (lines(document), document.notes) == (["4"], HIDDEN)


def layered(order: list[tuple[str, str]]) -> Document:
    made = parts("")
    layers = "".join(f"<Layer Type='{kind}'>{objects}</Layer>" for kind, objects in order)
    made["Doc_0/Pages/0.xml"] = f"<Page xmlns='{STANDARD}'><Content>{layers}</Content></Page>"
    return read_ofd(packed(made))


def test_layers_lie_over_each_other_by_what_they_are() -> None:
    more = text_object("4", at="20 60 20 6")
    assert lines(layered([("Foreground", sheet()), ("Body", OLD + more)])) == ["4"]
    assert lines(layered([("Body", OLD), ("Background", sheet())])) == ["99"]


@pytest.mark.parametrize(
    ("use", "own", "found"),
    [
        ("", "", ["99", "4"]),
        ("ZOrder='Background'", "ZOrder='Foreground'", ["99", "4"]),
        ("ZOrder='Foreground'", "", ["4"]),
        ("", "ZOrder='Foreground'", ["4"]),
    ],
)
def test_a_template_lies_below_its_page_or_above(use: str, own: str, found: list[str]) -> None:
    made = parts("", common=f"<TemplatePage ID='9' BaseLoc='Tpls/0.xml' {own}/>")
    uses = f"<Template TemplateID='9' {use}/>"
    made["Doc_0/Pages/0.xml"] = page(OLD + text_object("4", at="20 60 20 6"), uses=uses)
    made["Doc_0/Tpls/0.xml"] = page(sheet())
    assert lines(read_ofd(packed(made))) == found


def annotated(kind: str, objects: str, *, more: str = "", file: str | None = None) -> Document:
    made = parts(OLD + text_object("4", at="20 60 20 6"))
    document = str(made["Doc_0/Document.xml"])
    made["Doc_0/Document.xml"] = document.replace(
        "</Document>", "<Annotations>Annots/All.xml</Annotations></Document>"
    )
    made["Doc_0/Annots/All.xml"] = (
        f"<Annotations xmlns='{STANDARD}'><Page PageID='0'><FileLoc>0.xml</FileLoc></Page></Annotations>"
    )
    made["Doc_0/Annots/0.xml"] = file or (
        f"<PageAnnot xmlns='{STANDARD}'><Annot ID='7' Type='{kind}' {more}>"
        f"<Appearance Boundary='18 19 20 8'>{objects}</Appearance></Annot></PageAnnot>"
    )
    return read_ofd(packed(made))


TYPED = text_object("7", at="8 1 9 6")
PATCH = path("M 0 0 L 20 0 L 20 8 L 0 8 C", at="0 0 20 8", more="Stroke='false' Fill='true'")


def test_what_is_typed_over_a_page_is_read_and_what_it_covers_is_not() -> None:
    assert "".join(lines(annotated("Path", TYPED))[0].split()) == "997"
    assert lines(annotated("Path", PATCH.replace("<Abb", f"{WHITE}<Abb") + TYPED)) == ["7", "4"]
    struck = annotated("Highlight", path("M 0 3.4 L 4 3.4", at="2 0 9 9"))
    assert lines(struck) == ["4"]
    assert struck.notes == (Note("struck_text", "page 1, left out: 99", "warn"),)


@pytest.mark.parametrize(
    ("kind", "objects", "more"),
    [
        ("Stamp", TYPED, ""),
        ("Watermark", TYPED, ""),
        ("Link", TYPED, ""),
        ("Path", TYPED, "Visible='false'"),
        ("Highlight", PATCH, ""),
    ],
)
def test_seals_links_and_marker_leave_the_text_as_it_is(kind: str, objects: str, more: str) -> None:
    assert lines(annotated(kind, objects, more=more)) == ["99", "4"]


def test_damaged_annotations_cost_themselves_and_are_told() -> None:
    document = annotated("Path", "", file="<PageAnnot")
    assert lines(document) == ["99", "4"]
    assert [note.code for note in document.notes] == ["annotations_left_out"]


def test_of_several_versions_the_current_one_is_read() -> None:
    made = parts(OLD)
    made |= {
        name.replace("Doc_0", "Doc_1"): content
        for name, content in parts(NEW).items()
        if name.startswith("Doc_0")
    }
    for number, (current, root) in enumerate([("false", "Doc_0"), ("true", "Doc_1")]):
        made[f"Doc_0/Versions/{number}.xml"] = (
            f"<DocVersion xmlns='{STANDARD}' Current='{current}'><DocRoot>/{root}/Document.xml</DocRoot>"
            "</DocVersion>"
        )
    versions = "".join(
        f"<Version ID='{number}' Current='{current}' BaseLoc='Doc_0/Versions/{number}.xml'/>"
        for number, current in enumerate(["false", "true"])
    )
    made["OFD.xml"] = str(made["OFD.xml"]).replace("</DocRoot>", f"</DocRoot><Versions>{versions}</Versions>")
    assert lines(read_ofd(packed(made))) == ["4"]
