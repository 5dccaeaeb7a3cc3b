"""The picture of the page that README shows: ``python -m demo.page_picture FILE``, after ``make demo``."""

from __future__ import annotations

import io
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from base.paths import LAKE
from extract.builds.build import current_build
from publish.static_site import write_site
from query.database import open_build

WIDTH, HEIGHT = 1200, 860
_COLOURS = 64
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def picture() -> bytes:
    """The page of the agency with the most rates, as PNG."""
    build = current_build(LAKE / "demo").path
    with open_build(build) as connection:
        found = connection.execute(
            """
            SELECT agency_id FROM measures
            WHERE measure = 'disclosure' AND agency_id IS NOT NULL AND denominator > 0
            GROUP BY agency_id ORDER BY count(*) DESC, sum(denominator) DESC, agency_id LIMIT 1
            """
        ).fetchone()
    assert found is not None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "site"
        write_site(build, folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as http:
            threading.Thread(target=http.serve_forever, daemon=True).start()
            shown = _shown(f"http://127.0.0.1:{http.server_port}/#/agency?id={found[0]}&lang=zh")
            http.shutdown()
    few = Image.open(io.BytesIO(shown)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _shown(address: str) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector("body[data-ready] main:not([aria-busy])")
        shown: bytes = page.screenshot()
        browser.close()
    return shown


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(picture())
