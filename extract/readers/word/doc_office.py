"""DOC files that our own reader refuses -> DOCX, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

from base.temporary import temporary_folder
from extract.document import UnreadableDocumentError

#: Seconds that a conversion may take; a report takes one to five, and the first start some ten.
CONVERSION_TIMEOUT = 90
_PROGRAMS = ("soffice", "libreoffice")


def to_docx(data: bytes, why: str) -> bytes:
    """The document as DOCX. `why` our own reader refused it goes into the messages.

    LibreOffice gets a profile of its own, so that it neither waits for nor disturbs another one, and is
    ended with all its children after `CONVERSION_TIMEOUT`.

    Raises `UnreadableDocumentError` (reader_missing, damaged).
    """
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableDocumentError(
            "reader_missing",
            f"{why}; LibreOffice, which might read it, is not installed here: install it, or save as DOCX",
        )
    with temporary_folder() as folder:
        source = folder / "report.doc"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", "docx", "--outdir", str(folder), str(source)),
        ]
        said = _run(command, why)
        converted = source.with_suffix(".docx")
        if not converted.is_file():
            raise UnreadableDocumentError(
                "damaged", f"{why}; LibreOffice cannot read the file either ({said})"
            )
        return converted.read_bytes()


def _run(command: list[str], why: str) -> str:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=CONVERSION_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise UnreadableDocumentError(
                "damaged",
                f"{why}; LibreOffice did not end within {CONVERSION_TIMEOUT} s; save the file as DOCX",
            ) from error
    return output.decode("utf-8", "replace").strip()[:200] or f"exit code {process.returncode}"
