"""Fields of a DOCX: what stands between their begin and their separator is code and not printed.

ISO/IEC 29500-1 17.16. A field within the code of another is code too, its result with it; a field without a
separator prints what Word works out, which the file does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Fields that print nothing.
_SILENT = frozenset(("ASK", "PRIVATE", "RD", "SET", "TA", "TC", "XE"))


@dataclass(slots=True)
class _Field:
    code: str = ""
    has_result: bool = False


@dataclass(slots=True)
class Fields:
    """The fields of one paragraph that are open; `lost` says that one printed what the file does not hold."""

    lost: bool = False
    _open: list[_Field] = field(default_factory=list)

    def character(self, kind: str | None) -> None:
        """A ``fldChar``. What ends without having begun in this paragraph is of one that began before it."""
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].has_result = True
        elif kind == "end" and self._open:
            ended = self._open.pop()
            name = ended.code.split()[:1]
            if name and not ended.has_result and self.prints() and name[0].upper() not in _SILENT:
                self.lost = True

    def code(self, text: str) -> None:
        """Code of the innermost field."""
        if self._open:
            self._open[-1].code += text

    def prints(self) -> bool:
        """Whether text that stands here is printed."""
        return all(one.has_result for one in self._open)
