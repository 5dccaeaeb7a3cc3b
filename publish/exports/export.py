"""A view or query to a file; its ending says of what kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from base import durable
from publish.exports.asked import Asked, ExportError, Language, Progress
from publish.exports.database import write_database
from publish.exports.labelled import write_spss, write_stata
from publish.exports.plain import write_csv, write_parquet, write_people_csv
from publish.exports.workbook import write_workbook

Writer = Callable[[Asked, Path, Language, Progress], None]

WRITERS: Mapping[str, Writer] = {
    ".xlsx": write_workbook,
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".duckdb": write_database,
    ".dta": write_stata,
    ".sav": write_spss,
}


def export(
    asked: Asked,
    target: Path,
    language: Language = "zh",
    progress: Progress = lambda done, total: None,
    *,
    for_people: bool = False,
) -> None:
    """Write `asked` to `target`, whole or not at all. ExportError where such a file cannot hold it."""
    ending = target.suffix.lower()
    writer = write_people_csv if for_people else WRITERS.get(ending)
    if writer is None:
        raise ExportError(f"{target.name}: 文件名应以其一结尾 / should end in one of {' '.join(WRITERS)}")
    if for_people and ending != ".csv":
        raise ExportError(f"{target.name}: --people 只用于 .csv / --people is for .csv")
    with durable.replacing(target) as part:
        writer(asked, part, language, progress)
