"""A column of a published table, with what it means in both languages."""

from __future__ import annotations

import pyarrow as pa


def column(name: str, type_: pa.DataType, zh: str, en: str) -> pa.Field:
    """A column, described in Chinese and English."""
    return pa.field(name, type_, metadata={"description_zh": zh, "description_en": en})


STRINGS = pa.list_(pa.string())

AGENCY_ID = (
    "agency_id",
    pa.string(),
    "机关标识；未能认定时为空",
    "stable agency id; null where not resolved",
)
AGENCY = ("agency_id", pa.string(), "机关标识", "stable agency id")
REPORT_ID = ("report_id", pa.string(), "报告标识", "report")
