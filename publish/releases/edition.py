"""What a release says of itself everywhere: its version, its build, its day."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from base.paths import RELEASE as RELEASE

# The error rate that was measured on it, where one was.
AUDIT = "audit.json"
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}")
TITLE_ZH, TITLE_EN = "公开年报库", "gknb: statistics of China's government-information disclosure reports"


class ReleaseError(Exception):
    """A release that cannot be made; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One release. `day` is given, or that of the build's last fetch; a build of files has none."""

    version: str
    build: str
    day: date | None
    made_up: bool

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise ReleaseError(
                f"版本号 {self.version!r} 只能有字母、数字和 . + -，最多 32 个 / a version has letters, "
                "digits and . + -, 32 at most: 2026.1"
            )

    @classmethod
    def read(cls, folder: Path) -> Edition:
        """That of a release, from its ``release.json``."""
        said = json.loads((folder / RELEASE).read_text(encoding="utf-8"))
        day = date.fromisoformat(said["day"]) if said["day"] else None
        return cls(said["version"], said["build"], day, said["made_up"])

    def to_json(self) -> str:
        """What `read` reads."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str) + "\n"

    @property
    def name(self) -> str:
        """By which it is cited."""
        return f"gknb {self.version}"

    @property
    def moment(self) -> datetime:
        """What formats are told that insist on a moment: the same release has the same."""
        return datetime.combine(self.day or date(1970, 1, 1), datetime.min.time())

    @property
    def metadata(self) -> Mapping[str, str]:
        """As Parquet files have it."""
        return {"gknb_version": self.version, "gknb_build": self.build}
