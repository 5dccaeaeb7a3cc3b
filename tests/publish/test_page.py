"""The page in a real browser: what it shows, what it never does, and how little it takes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

import openpyxl
import pytest

from base.spreadsheets import harmless
from demo.places import agencies_of, places
from extract.builds.current import read_build
from publish.boundaries import BoundariesError, read_boundaries
from publish.releases.release import write_release
from publish.server import Service
from publish.site_data.queries import NUMERATORS, measures_said
from publish.static_site import ASSETS, write_site
from query.database import open_build
from tests.publish.conftest import plain_server
from tests.publish.made import FORMULA, HOSTILE, MARKUP, Made
from tests.query.build import agency, report, write_build

READY = "body[data-ready] main:not([aria-busy])"
AGENCY = f"?{agencies_of(places()[0])[1].name}"
STATES = (
    *("start", f"agency?id={quote(AGENCY)}", f"compare?a={quote(AGENCY)}"),
    *("ranking", "coverage", "data"),
)
# What can be pressed or filled in and has no name for those who do not see it.
UNNAMED = """() => [...document.querySelectorAll("button, a[href], input, select")].filter((one) => !(
    one.textContent.trim() || one.getAttribute("aria-label") || one.closest("label")?.textContent
    || one.querySelector("title"))).length"""
JSON_OF = "address => fetch(address).then((answer) => answer.json())"
SIZE = "address => fetch(address).then((a) => a.arrayBuffer()).then((bytes) => bytes.byteLength)"


class Visit:
    """A page in the browser, and all that a test wants to know of what it did."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.problems: list[str] = []
        self.asked: list[str] = []
        page.on("dialog", self._dismissed)
        page.on("pageerror", lambda error: self.problems.append(f"error {error}"))
        page.on("console", self._said)
        page.on("request", lambda request: self.asked.append(request.url))

    def _dismissed(self, dialog: Any) -> None:
        self.problems.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _said(self, said: Any) -> None:
        if said.type == "error":
            self.problems.append(f"console {said.text}")

    def open(self, state: str) -> Any:
        """The page at an address; waits until it is there."""
        self.page.goto(f"{self.base}#/{state}")
        self.page.reload()
        self.page.wait_for_selector(READY)
        return self.page

    @property
    def foreign(self) -> list[str]:
        """Requests to any other origin."""
        own = urlsplit(self.base).netloc
        return [
            url
            for url in self.asked
            if not url.startswith(("blob:", "data:")) and urlsplit(url).netloc != own
        ]


@contextmanager
def visiting(browser: Any, base: str, **options: Any) -> Iterator[Visit]:
    context = browser.new_context(accept_downloads=True, **options)
    context.set_default_timeout(0)
    yield Visit(context.new_page(), base)
    context.close()


def wait_until(page: Any, condition: str) -> None:
    """Wait for an expression to hold. The page's policy forbids to evaluate text, but for what is asked from
    outside: `wait_for_function` does so from within, and fails where a busy machine lets it look twice."""
    look = f"const look = () => ({condition}) ? held() : requestAnimationFrame(look)"
    page.evaluate(f"() => new Promise((held) => {{ {look}; look(); }})")


def downloaded(page: Any, button: str, index: int = 0) -> bytes:
    with page.expect_download() as waiting:
        page.locator("button", has_text=button).nth(index).click()
    return Path(waiting.value.path()).read_bytes()


def test_the_page_without_data_is_small() -> None:
    files = [path for path in ASSETS.iterdir() if path.is_file()]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 60_000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages_and_asks_nobody_else(
    browser: Any, site: str, language: str
) -> None:
    with visiting(browser, site) as visit:
        for state in (
            "start",
            f"agency?id={quote(AGENCY)}",
            f"compare?a={quote(AGENCY)}",
            "ranking",
            "coverage",
            "data",
        ):
            page = visit.open(f"{state}{'&' if '?' in state else '?'}lang={language}")
            assert page.locator("h1").count() == 1
            assert "made up" in page.locator(".made-up").inner_text().lower() or language == "zh"
            assert page.evaluate("document.documentElement.lang").startswith(language)
        assert visit.problems == []
        assert visit.foreign == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone(browser: Any, site: str, theme: str) -> None:
    with visiting(browser, site, viewport={"width": 390, "height": 800}, color_scheme=theme) as visit:
        for state in STATES:
            page = visit.open(state)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_missing_year_is_a_gap_with_its_reason_and_no_line_goes_through(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open(f"agency?id={quote(AGENCY)}&lang=en")
        chart = page.locator("figure svg.chart").first
        assert "2022" in chart.locator("rect.gap title").first.text_content()
        points = chart.locator("circle.point").count()
        # 2020, 2021, 2023 and 2024: a line between the first two, a line between the last two.
        assert points == 4
        assert chart.locator("line.line").count() == 2


def test_an_agency_is_found_by_its_name_and_by_pinyin(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open("start")
        for words in (AGENCY[1:], AGENCY[1:3]):
            page.fill("input[type=search]", words)
            page.wait_for_selector(".found a")
            assert AGENCY[1:] in page.locator(".found").inner_text()


def test_the_address_is_the_state(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open("ranking?lang=en")
        page.select_option("select[name=y]", "2023")
        page.wait_for_selector("text=ties share a rank")
        page.fill("input[type=number]", "1")
        page.keyboard.press("Enter")
        page.wait_for_url("**min=1**")
        page.wait_for_selector(READY)
        address, shown = page.url, page.locator("main").inner_text()
    with visiting(browser, site) as other:
        other.page.goto(address)
        other.page.wait_for_selector(READY)
        assert "y=2023" in address and "min=1" in address
        assert other.page.locator("main").inner_text() == shown


def test_it_works_by_keyboard_and_names_its_parts(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open("start?lang=en")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page = visit.open(f"agency?id={quote(AGENCY)}&lang=en")
        assert page.locator("svg.chart:not([aria-label])").count() == 0
        assert page.locator("table:not(:has(caption))").count() == 0
        # What has links is no picture, a column with a head has a name, nothing stands outside of parts.
        assert page.locator("svg[role=img] a").count() == 0 < page.locator("svg[role=group] a").count()
        assert page.locator("th:empty").count() == 0
        assert page.locator("body > div:not(:empty)").count() == 0
        assert page.evaluate(UNNAMED) == 0


def test_a_view_downloads_as_csv_and_as_a_workbook_with_the_build_in_its_citation(
    browser: Any, site: str
) -> None:
    with visiting(browser, site) as visit:
        page = visit.open(f"agency?id={quote(AGENCY)}&lang=en")
        listed = downloaded(page, "CSV")
        assert listed.startswith("\ufeffMeasure,".encode())
        book = downloaded(page, "XLSX")
        assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
        (sheet,) = openpyxl.load_workbook(io.BytesIO(book)).worksheets
        rows = list(sheet.values)
        assert [",".join("" if value is None else str(value) for value in rows[0])] == [
            listed.decode("utf-8-sig").splitlines()[0]
        ]
        assert len(rows) == len(listed.decode().splitlines())
        cited = page.locator(".citation p").text_content()
        assert page.locator("footer code").first.inner_text() in cited


def test_hostile_texts_stay_texts(browser: Any, hostile_site: str) -> None:
    with visiting(browser, hostile_site) as visit:
        for text in HOSTILE:
            page = visit.open(f"agency?id={quote('?' + text + '局')}&lang=en")
            assert page.locator("h1").count() == 1
            assert page.locator("main img, main script, main iframe").count() == 0
            assert page.locator("a[href^='javascript:' i]").count() == 0
            page.locator("a.number").first.click()
            page.wait_for_selector("dl.cell")
        page = visit.open(f"agency?id={quote('?' + MARKUP + '局')}&lang=en")
        assert MARKUP in page.locator("h1").inner_text()
        for state in ("start", "ranking?min=1", "coverage", "data"):
            visit.open(state)
        page = visit.open(f"agency?id={quote('?' + FORMULA + '局')}&lang=en")
        for index in range(page.locator("button", has_text="XLSX").count()):
            with page.expect_download() as waiting:
                page.locator("button", has_text="XLSX").nth(index).click()
            book = Path(waiting.value.path()).read_bytes()
            (sheet,) = openpyxl.load_workbook(io.BytesIO(book)).worksheets
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
            assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
        assert visit.problems == []
        assert visit.foreign == []
    # Chromium asks before it lets one page save an eleventh file: the other kind from a page of its own.
    with visiting(browser, hostile_site) as visit:
        page = visit.open(f"agency?id={quote('?' + FORMULA + '局')}&lang=en")
        fields = []
        for index in range(page.locator("button", has_text="CSV").count()):
            listed = downloaded(page, "CSV", index).decode("utf-8-sig")
            fields += [field for row in csv.reader(io.StringIO(listed)) for field in row]
        assert not [field for field in fields if field.startswith(("=", "+", "-", "@", "\t"))]
        assert any(field.startswith("'=") for field in fields)
        assert visit.problems == []


def test_what_could_be_a_formula_is_the_same_in_the_browser_as_in_python(browser: Any, site: str) -> None:
    rng = Random(16)
    signs = "=+-@＝＋－＠'09.１ \t\r\n\x0b\x1c\x85\xa0\u1680\u2003\u2028\u3000\ufeff\u200b\u202e\x00\xad"
    texts = ["".join(rng.choices(signs, k=rng.randrange(6))) for _ in range(5_000)] + [
        *HOSTILE,
        "-18",
        "-1.5",
    ]
    with visiting(browser, site) as visit:
        page = visit.open("start")
        there = page.evaluate(
            "async texts => { const own = await import('./download.js'); return texts.map(own.harmless); }",
            texts,
        )
    assert there == [harmless(text) for text in texts]
    assert sum(text.startswith("'") for text in there) > 1000


def test_a_point_of_a_chart_leads_to_the_cell_that_prints_what_it_divides(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open(f"agency?id={quote(AGENCY)}&lang=en")
        points = page.locator("figure circle.point").count()
        assert page.locator("figure a circle.point").count() == points > 10
        told = page.locator("figure circle.point title").first.text_content()
        page.locator("figure svg a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("dl.cell")
        # closed requests of so many in all: clearance is the first rate
        assert f"({page.locator('dl.cell b').inner_text()}/" in told
        assert visit.problems == []


def test_paper_has_the_state_and_the_citation(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        page = visit.open("ranking?lang=en&y=2023&min=3")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert not page.locator(".choices").is_visible()
        shown = page.locator("main").inner_text()
        assert "2023" in shown and "Least denominator 3" in shown
        cited = page.locator(".citation p")
        assert cited.is_visible()
        assert cited.inner_text().startswith("gknb 公开年报库, Ranking · ") and "y=2023" in cited.inner_text()


def test_boundaries_that_are_given_make_a_map_and_those_who_gave_them_are_named(
    browser: Any, tmp_path: Path
) -> None:
    ring = [[104, 30], [106, 30], [106, 32], [104, 32], [104, 30]]
    reports = [report("990101:commerce", year, {("t3:1", "total"): 3}) for year in (2022, 2023)]
    (tmp_path / "build").mkdir()
    build = write_build(tmp_path / "build", reports, [agency("990101:commerce")])
    features = [
        {
            "properties": {"adcode": 990101, "name": MARKUP},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
        {"properties": {"adcode": "x"}, "geometry": {"type": "LineString", "coordinates": ring[:3]}},
    ]
    file = tmp_path / "bounds.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    write_site(build, tmp_path / "site", boundaries=read_boundaries(file))
    with plain_server(tmp_path / "site") as base, visiting(browser, base) as visit:
        page = visit.open("coverage?lang=en")
        assert page.locator("path.outline").count() == 2
        assert page.locator("#map a path.outline").get_attribute("class").startswith("outline share-")
        assert "bounds.geojson" in page.locator("#map").inner_text()
        page.locator("#map a").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#why")
        assert visit.problems == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "GeoJSON"),
        ("[]", "no features"),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[400, 1]]]}}]}', "degrees"),
        ('{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "division code"),
        ('{"features": [{"geometry": {"type": "Blob", "coordinates": []}}]}', "feature 1"),
        ('{"features": [3]}', "feature 1"),
    ],
)
def test_a_file_without_boundaries_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "x.geojson"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BoundariesError, match=f"x.geojson.*{said}"):
        read_boundaries(file)


def test_what_a_measure_divides_is_the_sum_of_the_cells_that_it_names(made: Made) -> None:
    with open_build(made.build) as connection:
        own = {one["measure"]: one["cells"] for one in measures_said(connection)}
        facts = connection.execute("SELECT report_id, row_code, applicant_type, value FROM facts").fetchall()
        measured = connection.execute("SELECT report_id, measure, numerator FROM measures").fetchall()
    values = {(one, f"{row}|{applicant}"): value for one, row, applicant, value in facts}
    assert {measure for _, measure, _ in measured} == set(NUMERATORS)
    for one, measure, numerator in measured:
        printed = [(name, values.get((one, name))) for name in own[measure]]
        known = {name: value for name, value in printed if value is not None}
        leaves = [
            name for name in known if not any(other.startswith(f"{name.split('|')[0]}.") for other in known)
        ]
        assert sum(known[name] for name in leaves) == numerator, (measure, known)


def test_a_release_is_named(browser: Any, made: Made, tmp_path: Path) -> None:
    edition = write_release(read_build(made.build), "2026.1", tmp_path / "release", lambda said: None)
    measured = {"all": {"reports": 300, "wrong_reports": 3, "report_rate": {"low": 0.0027, "high": 0.028}}}
    audit = tmp_path / "release" / "audit.json"
    audit.write_text(json.dumps({**measured, "unseen": {"gone from the build": 2}}), encoding="utf-8")
    write_site(tmp_path / "release" / "parquet", tmp_path / "site")
    with plain_server(tmp_path / "site") as base, visiting(browser, base) as visit:
        page = visit.open("data?lang=en")
        assert f"{edition.build} · Release 2026.1" in page.locator("#build").inner_text()
        told = page.locator("#audit").inner_text()
        assert (
            "300 reports" in told and "1.00 % (95 % interval 0.27 to 2.80 %)" in told and "2 are not" in told
        )
        assert f"Build {edition.build}, Release 2026.1." in page.locator(".citation p").text_content()
        assert page.locator(".made-up").count() == 1


def test_clicking_a_number_shows_the_place_that_printed_it(browser: Any, server: tuple[str, Service]) -> None:
    base, _ = server
    with visiting(browser, base) as visit:
        for year, shows in ((2021, "img.printed"), (2023, "img.printed"), (2024, "td.marked")):
            page = visit.open(f"agency?id={quote(AGENCY)}&lang=en")
            column = [head.strip() for head in page.locator("#grounds thead th").all_inner_texts()].index(
                str(year)
            )
            number = page.locator(f"#grounds tbody tr:first-child td:nth-child({column + 1}) a")
            shown = number.inner_text()
            with page.expect_response(lambda answer: "api/cell" in answer.url):
                number.click()
            page.wait_for_selector(shows)
            assert page.locator("dl.cell b").inner_text() == shown.replace(" ⚑", "")
            if shows == "img.printed":
                picture = page.locator(shows)
                picture.evaluate("image => image.decode()")
                assert picture.evaluate("image => image.naturalWidth") > 100
                assert page.evaluate(SIZE, picture.get_attribute("src")) <= 40_000
            assert page.locator("mark").first.inner_text().strip() == shown.replace(" ⚑", "")
        assert visit.problems == []
        assert visit.foreign == []


def test_a_telephone_shows_the_frame_large_enough_to_read_and_the_page_from_its_top(
    browser: Any, server: tuple[str, Service]
) -> None:
    base, service = server
    with open_build(service.build) as connection:
        name, report_id, row = connection.execute(
            """
            SELECT concat('?', facts.agency_name), report_id, row_code
            FROM facts JOIN reports USING (report_id)
            WHERE format = 'pdf' AND value > 0 AND applicant_type = 'total' AND row_code LIKE 't3:%'
            ORDER BY ALL
            """
        ).fetchall()[-1]
    with visiting(browser, base, viewport={"width": 390, "height": 800}) as visit:
        page = visit.open(f"cell?id={quote(name)}&report={report_id}&row={quote(row)}")
        # Asked for anew: an answer to the page is lost, and waited for without end, where the page goes.
        asked = f"{base}api/cell?report={report_id}&row={quote(row)}&applicant=total"
        ((x0, _, x1, _), *_) = page.evaluate(JSON_OF, asked)["frames"]
        picture = page.locator("img.printed")
        picture.evaluate("image => image.decode()")
        wait_until(page, "document.querySelector('.held').scrollLeft > 0")
        box = picture.bounding_box()
        assert box["width"] >= 700
        assert box["x"] + x0 * box["width"] >= 0 and box["x"] + x1 * box["width"] <= 390
        mark = page.locator("mark").first.bounding_box()
        inside = page.locator(".as-read").bounding_box()
        assert inside["y"] <= mark["y"] <= inside["y"] + inside["height"]
        assert page.evaluate("scrollY") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
