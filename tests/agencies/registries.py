"""A registry of one's own for tests: the project's tables, with some replaced."""

from pathlib import Path

from extract.agencies.registry import AgencyRegistry, load

SETTLED = "kind,key,host,agency_id,by,when,why\n"
ALIASES = "agency_id,is,by,when,why\n"
SITES = "site_id,division_code,portal_url,verified,fault\n"
PLACES = "place_id,division_code,name,level,parent,valid_from,valid_to,successors,change,source\n"


def write(directory: Path, **tables: str) -> Path:
    """Write tables into `directory`; those of agencies/ by the names they have there."""
    for name, text in tables.items():
        own = name in ("sites", "hosts", "places", "divisions", "divisions_history", "columns")
        path = directory / f"{name}.csv" if own else directory / "agencies" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def registry(directory: Path, **tables: str) -> AgencyRegistry:
    return load(write(directory, **tables))
