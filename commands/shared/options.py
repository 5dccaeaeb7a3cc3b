"""The options that the commands of the crawl share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from base.logs import stream
from base.paths import ARCHIVE, archive_in
from base.terminal import stop

RegistryDir = Annotated[
    Path,
    typer.Option("--registry", help="登记表文件夹 / folder of the registry (sites.csv, columns.csv …)"),
]
ArchiveDir = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        help="抓取档案的文件夹，默认为所给数据湖中的，或 $GKNB_ARCHIVE / folder of the archive; default: "
        "that of the lake that is given, or $GKNB_ARCHIVE",
    ),
]
Sites = Annotated[
    str | None, typer.Option(metavar="ID,ID…", help="只抓这些站点 / these sites only, by their ids")
]
Region = Annotated[
    str | None,
    typer.Option(
        help="只限此地区：名称，或代码开头几位 / this region only: a division's name, or how its code begins"
    ),
]
Budget = Annotated[int | None, typer.Option(help="本次最多请求数 / requests of this run at most", min=1)]
Recheck = Annotated[
    Literal["due", "all", "none"],
    typer.Option(
        help="列表未变的已知报告是否重抓：到期的、全部、不 / which known reports are asked for again though "
        "their list shows no change: those not seen for 30 days, all, none",
    ),
]
DueOnly = Annotated[
    bool,
    typer.Option(
        "--due", help="只抓到期的站点 / only sites that are due: every 3 days from January to April"
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只说明会抓什么 / say what would be crawled, and fetch nothing")
]
Webhook = Annotated[
    str | None,
    typer.Option(
        envvar="GKNB_WEBHOOK",
        help="有消息或需人处理时把运行报告发到此网址，企业微信、钉钉、飞书机器人收到短讯 / where the run "
        "report is sent when there is news or something needs a person; a chat bot gets a short message",
    ),
]
Heartbeat = Annotated[
    str | None,
    typer.Option(
        envvar="GKNB_HEARTBEAT",
        help="每次运行结束后访问的网址：不再被访问，说明运行停了 / an address that is asked for after every "
        "run, so that whoever watches it hears when runs no longer come (a dead-man check)",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        envvar="GKNB_CLUSTER",
        help="由此 dask.distributed 集群读取，不用本机进程 / read on the workers of this cluster of "
        "dask.distributed in place of --jobs processes here, such as tcp://10.0.0.5:8786",
    ),
]
Contact = Annotated[
    str | None,
    typer.Option(
        envvar="GKNB_CONTACT",
        help="站点管理者联系你的邮箱或网址；没有则只能抓取本机 / mail or web address by which site owners "
        "reach you; without it only loopback is crawled",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="NAME=VALUE",
        envvar="GKNB_SET",
        help="Scrapy 设置，见 crawler/settings.py / a setting of Scrapy, see crawler/settings.py",
    ),
]


def _begin_log(form: str) -> str:
    if form == stream.JSON:
        stream.begin()
    return form


Log = Annotated[
    Literal["text", "json"],
    typer.Option(
        envvar=stream.VARIABLE,
        callback=_begin_log,
        is_eager=True,
        help="标准错误的写法：文字，或每行一个 JSON（时间、级别、批次、站点、消息，连同抓取进程的日志） / "
        "standard error as text, or as JSON lines with time, level, run and site, the crawl's log among them",
    ),
]


def archive_of(archive: Path | None, lake: Path | None = None) -> Path:
    """The archive that is meant: the one named, that of the lake named, or the user's own."""
    return archive or (archive_in(lake) if lake else ARCHIVE)


def ids(text: str | None) -> list[str]:
    """The ids of a list with commas."""
    return [one for one in (text or "").split(",") if one]


def scrapy_settings(contact: str | None, settings: Iterable[str] | None) -> dict[str, str]:
    """Scrapy's settings as the command line gives them."""
    found = {"CONTACT": contact} if contact else {}
    for setting in settings or ():
        name, separator, value = setting.partition("=")
        if not separator:
            stop(f"--set {setting}: 应为 NAME=VALUE / should be NAME=VALUE")
        found[name] = value
    return found
