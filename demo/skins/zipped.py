"""ZIP skins: a report in an archive beside other files, with member names as Chinese Windows writes them."""

from __future__ import annotations

from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from demo.draft import Draft
from demo.skins.base import Rendered, Skin

_TIME = (2020, 1, 1, 0, 0, 0)


class _OldName(ZipInfo):
    """A member whose name stands in GBK, without the flag that says otherwise."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits


def zipped(skin: Skin) -> Skin:
    """The report as `skin` makes it, in a ZIP with a notice and a list of files."""

    def render(draft: Draft, rng: Random) -> Rendered:
        made = skin.render(draft, rng)
        kind = _OldName if rng.random() < 0.5 else ZipInfo
        folder = f"{draft.plan.year}年报/"
        members = [
            (f"{folder}{draft.title}.{skin.format}", made.data),
            (f"{folder}报送通知.txt", "请各单位于1月31日前报送年度报告。\n".encode("gb18030")),
            ("目录.csv", f"序号,文件\n1,{draft.title}\n".encode("gb18030")),
        ]
        rng.shuffle(members)
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            for name, data in members:
                archive.writestr(kind(name, _TIME), data, ZIP_DEFLATED)
        return Rendered(buffer.getvalue(), made.doubtful)

    return Skin("zip", render)
