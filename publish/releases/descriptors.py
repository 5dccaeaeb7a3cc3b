"""Machine-readable descriptions: a data package (v2) and Croissant (1.0), made from the dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.types as types

from base.hashes import file_sha256
from extract.schemas import TABLES, description
from publish.releases.edition import TITLE_EN, TITLE_ZH, Edition
from publish.releases.tables import VERSION_COLUMN

LICENSE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
_MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".dta": "application/x-stata-dta",
}


def data_package(folder: Path, edition: Edition, beside: Mapping[str, pa.Schema]) -> dict[str, Any]:
    """The package: each table as CSV with its schema; as `alternatives` the same tables in other formats,
    which tools would read as they read CSV, were they resources. `beside` are the schemas of CSV files
    that hold no published table."""
    files = _files(folder)
    schemas = {name: table.schema for name, table in TABLES.items()} | dict(beside)
    made: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "gknb",
        "title": f"{TITLE_ZH} {TITLE_EN}",
        "version": edition.version,
        "description": f"build {edition.build}",
        "licenses": [LICENSE],
        "contributors": [{"title": "gknb contributors", "roles": ["author"]}],
        "resources": [
            {**one, "type": "table", "encoding": "utf-8", "schema": _schema(schemas[Path(one["path"]).stem])}
            for one in files
            if one["format"] == "csv"
        ],
        "alternatives": [one for one in files if one["format"] != "csv"],
    }
    if edition.day:
        made["created"] = f"{edition.day}T00:00:00Z"
    return made


def _files(folder: Path) -> list[dict[str, Any]]:
    """What the package says of each file with a table in it."""
    return [
        {
            "name": path.stem if path.suffix == ".csv" else f"{path.stem}-{path.suffix[1:]}",
            "path": path.relative_to(folder).as_posix(),
            "format": path.suffix[1:],
            "mediatype": _MEDIA[path.suffix],
            "bytes": path.stat().st_size,
            "hash": f"sha256:{file_sha256(path)}",
        }
        for path in sorted(one for one in folder.rglob("*") if one.suffix in _MEDIA)
    ]


def _schema(columns: pa.Schema) -> dict[str, Any]:
    fields = [
        {"name": field.name, "type": _kind(field.type), "description": description(field)}
        for field in columns
    ]
    said = "版本 | version of the release"
    return {
        "fields": [*fields, {"name": VERSION_COLUMN, "type": "string", "description": said}],
        "missingValues": [""],
    }


def _kind(kind: pa.DataType) -> str:
    """A type as a table schema calls it."""
    if types.is_integer(kind):
        return "integer"
    if types.is_floating(kind):
        return "number"
    if types.is_boolean(kind):
        return "boolean"
    if types.is_date(kind):
        return "date"
    if types.is_timestamp(kind):
        return "datetime"
    if types.is_list(kind):
        return "array"
    return "object" if types.is_map(kind) else "string"


def croissant(folder: Path, edition: Edition) -> dict[str, Any]:
    """The data set for machine learning's tools: its Parquet files, a record set a table."""
    files = {name: folder / "parquet" / f"{name}.parquet" for name in TABLES}
    made: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "gknb",
        "description": f"{TITLE_ZH} {TITLE_EN}, build {edition.build}",
        "version": edition.version,
        "license": LICENSE["path"],
        "creator": {"@type": "sc:Organization", "name": "gknb contributors"},
        "citeAs": f"gknb contributors: {edition.name}, {TITLE_EN}",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{name}.parquet",
                "name": f"{name}.parquet",
                "contentUrl": path.relative_to(folder).as_posix(),
                "encodingFormat": "application/x-parquet",
                "sha256": file_sha256(path),
            }
            for name, path in files.items()
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "field": [
                    _field(name, field) for field in TABLES[name].schema if not types.is_map(field.type)
                ],
            }
            for name in files
        ],
    }
    if edition.day:
        made["datePublished"] = str(edition.day)
    return made


def _field(table: str, field: pa.Field) -> dict[str, Any]:
    kinds = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": description(field),
        "dataType": kinds.get(_kind(field.type), "sc:Text"),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": field.name}},
    }
    if types.is_list(field.type):
        made["repeated"] = True
    return made


# As the specification prescribes it, word for word.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
