"""The two streams that everything printed passes: what is unsafe is made visible, what is lost is said once.

Text of pages, cells and file names may hold terminal escapes (ESC, C1), carriage returns, and marks that turn
the order of signs (bidi controls): a terminal obeys them, so that a page could hide or forge a number. A
reader that has gone (`| head`), a full disk and a closed descriptor are no errors of ours, and none of them
may end in a traceback.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import TextIO

# The exit code of an answer that could not be written.
LOST = 2
# C0 but tab and line feed, DEL and C1; soft hyphen, marks of order and of width that nobody sees, separators
# of lines, halves of a character, tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_NOT_ASCII = re.compile("[^\n -~]")


def visible(text: str) -> str:
    r"""The text with each control character written out as Python and JSON write it.

    >>> print(visible("14\x1b[31m\u202e"))
    14\x1b[31m\u202e
    """
    return _UNSEEN.sub(lambda sign: _escape(sign[0]), text)


def on_one_line(text: str) -> str:
    r"""The same without line breaks and tabs: for file names, which may forge a line of their own.

    >>> print(on_one_line("a\nb"))
    a\nb
    """
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def json_escaped(text: str, encoding: str) -> str:
    """JSON whose strings hold no control character and nothing that `encoding` lacks: escapes say it."""
    unsafe = _UNSEEN if _can_write(text, encoding) else _NOT_ASCII
    return unsafe.sub(lambda sign: json.dumps(sign[0])[1:-1], text)


class OutputLostError(SystemExit):
    """The answer cannot be written; it has been said why. No `except Exception` may take it for its own."""


class Lasting:
    """A text stream that outlives its reader.

    Where the reader has gone, what is written further goes nowhere and the command ends with the code that it
    would have had. Anything else that keeps an answer from being written is said in one line and ends the
    command with `LOST`; standard error has nobody left to tell, and is silent then.
    """

    def __init__(self, stream: TextIO | None, *, answers: bool) -> None:
        self._stream = stream
        self._answers = answers
        self.reader_gone = False
        # Characters that the encoding lacks have been written out as escapes.
        self.escaped = False
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    @property
    def encoding(self) -> str:
        """That of the stream."""
        return (self._stream.encoding if self._stream else None) or "utf-8"

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor; OSError where there is none."""
        if self._stream is None:
            raise OSError("the stream is closed")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write text as it is."""
        if self._stream is None:
            if text:
                self._lost("it is closed 已关闭")
            return len(text)
        if not self.escaped:
            self.escaped = not _can_write(text, self.encoding)
        try:
            return self._stream.write(text)
        except (OSError, ValueError) as error:
            self._failed(error)
        return len(text)

    def write_exactly(self, text: str) -> None:
        """The same for machines: text that the encoding cannot write is not written at all."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError as error:
            sign = f"U+{ord(text[error.start]):04X}"
            self._lost(f"{self.encoding} lacks {sign}, 设 set PYTHONIOENCODING=utf-8")
        self.write(text)

    def flush(self) -> None:
        """Hand on what is kept back."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._failed(error)

    def _failed(self, error: Exception) -> None:
        with contextlib.suppress(OSError, ValueError):
            # What is still kept back must not fail once more when the program ends.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
        if isinstance(error, BrokenPipeError):
            self.reader_gone = True
        else:
            self._lost(getattr(error, "strerror", None) or str(error))

    def _lost(self, why: str) -> None:
        if not self._answers:
            return
        self._answers = False
        sys.stderr.write(f"写不出答案 / the answer cannot be written to standard output: {why}\n")
        raise OutputLostError(LOST)


class Printed:
    """Standard output or error as `print` and all libraries find it: control characters are made visible.

    `rich_proxied_file` is where a Console of rich writes, whose own escapes are to reach the terminal; the
    console of `base.terminal` makes the text in between visible.
    """

    def __init__(self, stream: Lasting) -> None:
        self.rich_proxied_file = stream

    @property
    def encoding(self) -> str:
        """That of the stream."""
        return self.rich_proxied_file.encoding

    @property
    def errors(self) -> str:
        """What the encoding lacks is written as escapes."""
        return "backslashreplace"

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self.rich_proxied_file.isatty()

    def fileno(self) -> int:
        """The descriptor."""
        return self.rich_proxied_file.fileno()

    def write(self, text: str) -> int:
        """Write text with its control characters made visible."""
        self.rich_proxied_file.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what is kept back."""
        self.rich_proxied_file.flush()


@contextlib.contextmanager
def printing_safely() -> Iterator[None]:
    """Everything that is printed passes `Printed`, from here to the end of the program."""
    _hold_descriptors()
    answer, said = Lasting(sys.stdout, answers=True), Lasting(sys.stderr, answers=False)
    sys.stdout, sys.stderr = Printed(answer), Printed(said)
    try:
        yield
    finally:
        answer.flush()
        if answer.escaped:
            said.write(
                f"standard output is {answer.encoding}: what it lacks is written as \\u…; "
                "set PYTHONIOENCODING=utf-8\n"
            )
        said.flush()


def _hold_descriptors() -> None:
    """A closed descriptor would be given to the next file that is opened, which would then be printed to."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")
