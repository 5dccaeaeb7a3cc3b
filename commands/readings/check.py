"""The command check: every table of data/, each fault with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from base.paths import CODEBOOK, DATA, REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stop, to_json


def check(
    data: Annotated[Path, typer.Argument(help="数据表文件夹 / the folder of the tables")] = DATA,
    as_json: AsJson = False,
) -> None:
    """核对 data/ 的全部数据表，逐行指出错误 / Check all tables of data/; each fault with file and line."""
    from base.data_schema import problems, schemas
    from crawler.registry import tables
    from extract.checks.codebook_tables import codebook_problems

    if not data.is_dir():
        stop(f"没有这个文件夹 / no folder {data}")
    found = list(problems(data))
    if not found:
        # What tables mean together is asked where each of them can be read.
        found += codebook_problems(data / CODEBOOK.name) + tables.check(data / REGISTRY.name)
    if as_json:
        print(to_json({"tables": len(schemas()), "problems": found}))
    else:
        for problem in found:
            print(problem)
    note(f"{len(schemas())} 张表，{len(found)} 处错误 / {len(schemas())} tables, {len(found)} faults")
    raise typer.Exit(NEEDS_PERSON if found else FINE)
