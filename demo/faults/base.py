"""What a fault is: something that goes wrong in a report, together with what it does to the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from demo.draft import Draft, Plan

EVERY = ("e2014", "e2019", "e2021")
COLUMNS = ("e2019", "e2021")


@dataclass(frozen=True, slots=True)
class Fault:
    """A switchable fault.

    `plan` changes who reports what before anything is written (a form of another edition, larger figures);
    `apply` alters the draft together with its truth and says in words what it did, "" where it found nothing
    to do. `editions` are those in which the fault can occur. `whole` faults replace the report as such and go
    with no other fault. `formats` are the file formats it occurs in, all of them where it is empty. `rare`
    faults occur where they are asked for and in no corpus: they show one repair each.
    """

    summary: str
    apply: Callable[[Draft, Random], str] | None = None
    plan: Callable[[Plan, Random], Plan] | None = None
    editions: tuple[str, ...] = EVERY
    formats: tuple[str, ...] = ()
    whole: bool = False
    rare: bool = False
