"""The server's interface for machines (OpenAPI), and recipes for people who work with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publish.bounded_queries import QueryLimits
from publish.written_answers import MEDIA_TYPES

_RECIPES = """\
公开年报库 gknb：如何取用 / how to take data from here

任何视图 any view:  {base}/api/views/rates.csv   (.json, .xlsx; ?year=2023&limit=100)
只读 SQL read-only: {base}/api/sql?q=FROM rates LIMIT 5&format=csv
被截断的结果在最后一行说明 an answer that was cut says so in its last line.

curl
    curl --get '{base}/api/sql' --data-urlencode 'q=SELECT agency_name, year, disclosure_rate FROM rates' \\
         --data format=csv --output rates.csv

pandas
    import pandas
    rates = pandas.read_csv("{base}/api/views/rates.csv", comment="#")

polars
    from urllib.request import urlopen
    import polars
    listed = urlopen("{base}/api/views/rates.csv").read()
    rates = polars.read_csv(listed, comment_prefix="#", infer_schema_length=None)

R
    rates <- read.csv("{base}/api/views/rates.csv", fileEncoding = "UTF-8-BOM", comment.char = "#")

Excel (Power Query: 数据 Data > 自网站 From Web, 或 or 空白查询 Blank Query > 高级编辑器 Advanced Editor)
    let
        Address = "{base}/api/views/rates.csv",
        Source = Csv.Document(Web.Contents(Address), [Delimiter = ",", Encoding = 65001]),
        Rates = Table.PromoteHeaders(Source, [PromoteAllScalars = true])
    in
        Rates
"""


def recipes(base: str) -> str:
    """How to take data from the server at `base`."""
    return _RECIPES.format(base=base)


def description(views: Sequence[str], limits: QueryLimits) -> dict[str, Any]:
    """The interface as OpenAPI 3.1 describes it."""
    cut = (
        f"At most {limits.rows:,} rows, {limits.bytes:,} bytes and {limits.seconds:g} seconds; an answer "
        "that was cut says so in its last line (JSON: the key cut)."
    )
    bad = {"description": "not answered, and why", "content": {"application/json": {"schema": _ERROR}}}
    cell = [
        _parameter("report", "query", {"type": "string"}, "a report's id", required=True),
        _parameter("row", "query", {"type": "string"}, "a row code, see the view codebook", required=True),
        _parameter("applicant", "query", {"type": "string", "default": "total"}, "an applicant type"),
    ]
    rows = {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES.values()}
    answered = {"description": "the rows", "content": rows}
    one_of = _parameter("format", "query", {"enum": list(MEDIA_TYPES), "default": "json"}, "a format")
    query = _parameter("q", "query", {"type": "string"}, "the query", required=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gknb 公开年报库",
            "version": "1",
            "description": "Statistical tables of China's government-information disclosure reports.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {
            "/api/views": {
                "get": {
                    "summary": "The views, with the addresses of each",
                    "responses": {"200": _json("views by name")},
                }
            },
            "/api/views/{view}.{format}": {
                "get": {
                    "summary": "Rows of a view",
                    "description": f"Any column of the view is a parameter that its rows must equal. {cut}",
                    "parameters": [
                        _parameter("view", "path", {"enum": list(views)}, "a view", required=True),
                        _parameter("format", "path", {"enum": list(MEDIA_TYPES)}, "a format", required=True),
                        _parameter("limit", "query", {"type": "integer"}, "rows at most"),
                        _parameter("offset", "query", {"type": "integer"}, "rows left out before"),
                    ],
                    "responses": {
                        "200": {"description": "the rows", "content": rows},
                        "400": bad,
                        "404": bad,
                    },
                }
            },
            "/api/sql": {
                method: {
                    "summary": "The answer to one query that only reads",
                    "description": cut,
                    "parameters": [*([query] if method == "get" else []), one_of],
                    **(
                        {"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}}}
                        if method == "post"
                        else {}
                    ),
                    "responses": {
                        "200": answered,
                        **dict.fromkeys(("400", "408", "413", "503"), bad),
                    },
                }
                for method in ("get", "post")
            },
            "/api/cell": {
                "get": {
                    "summary": "A printed cell: its facts, doubts and findings, and what stands around it",
                    "parameters": cell,
                    "responses": {"200": _json("the cell"), "404": bad},
                }
            },
            "/api/picture": {
                "get": {
                    "summary": "The picture of a printed cell, framed; of PDF, OFD and scans",
                    "parameters": cell,
                    "responses": {
                        "200": {"description": "the picture", "content": {"image/png": {}, "image/jpeg": {}}},
                        "404": bad,
                    },
                }
            },
        },
    }


_ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}


def _parameter(
    name: str, place: str, schema: dict[str, Any], description: str, *, required: bool = False
) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "description": description, "required": required}


def _json(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}
