"""The number that a person sees in a deceiving cell, and what else is stored there."""

from __future__ import annotations

from dataclasses import dataclass

from demo.truth import TrueCell

#: Stands for the cell in what the generator writes; it writes the sign nowhere else.
MARK = "\u56cd"


@dataclass(frozen=True, slots=True)
class Texts:
    """What may stand in the cell: the number that is seen and what is not."""

    cell: TrueCell
    seen: str
    other: str
    extra: str

    def filled(self, template: str) -> str:
        """A text of `markup.toml` for this number."""
        return template.format(
            seen=self.seen, back=self.seen[::-1], first=self.seen[0], rest=self.seen[1:],
            other=self.other, extra=self.extra, figures=len(self.seen),
        )  # fmt: skip
