"""What a run has done, told to people: on the screen, as `gknb crawl`, `refresh` and `demo` end with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from base.terminal import note, to_json
from commands.crawls.upkeep import SITES_SHOWN

if TYPE_CHECKING:
    from crawler.runs.summary import RefreshReport

# So many reports are shown by name; --json and the run report have all.
_SHOWN = {"new": 5, "changed": 200, "withdrawn": 200}
_MARKS = {"new": "+", "changed": "~", "withdrawn": "-"}


def show_run(report: RefreshReport, archive: Path, as_json: bool) -> None:
    """What a run has done, for people or machines."""
    if as_json:
        print(to_json(report.to_record()))
        return
    if report.heartbeat_problem:
        note(f"未能报平安 / the dead-man check could not be told: {report.heartbeat_problem}", "red")
    if report.stopped:
        note(
            f"由 {report.stopped} 停止，再次运行即续上 / stopped by {report.stopped}; run again to go on",
            "red",
        )
    elif report.problem:
        note(report.problem, "red")
    elif report.dry_run:
        _show_plan(report)
    elif not report.planned:
        note("没有到期的站点 / no site is due")
    else:
        _show_end(report, archive)


def _show_plan(report: RefreshReport) -> None:
    again = "，续上次未完的运行 / resuming the unfinished run" if report.resumed else ""
    note(f"会抓 {len(report.planned)} 个站点 / {len(report.planned)} sites would be crawled{again}")
    for site_id in report.planned[:SITES_SHOWN]:
        print(site_id)
    if len(report.planned) > SITES_SHOWN:
        note(f"… 共 {len(report.planned)} / of {len(report.planned)}: --json")


def _show_end(report: RefreshReport, archive: Path) -> None:
    ended = ", ".join(f"{outcome} {count}" for outcome, count in report.outcomes.items())
    print(f"run: {report.run_id}")
    print(f"columns: {ended}")
    counts = {name: len(getattr(report, name)) for name in _MARKS}
    print("reports: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    for name, mark in _MARKS.items():
        documents = getattr(report, name)
        for document in documents[: _SHOWN[name]]:
            print(f"  {mark} {document.title}  {document.url}")
        if len(documents) > _SHOWN[name]:
            print(f"  {mark} … {len(documents)} in all")
    if built := report.built:
        read = ", ".join(f"{status} {count}" for status, count in built.read.items())
        print(f"read now: {read or 'none'}")
        if built.build_id:
            counted = ", ".join(f"{name} {count}" for name, count in built.counts.items())
            print(f"build: {built.build_id} ({counted})")
        else:
            note(f"构建被拒，当前构建未变 / refused, the current build stays: {built.refused}", "red")
        for document in built.unread:
            note(f"没有读到表 / no tables were read: {document.title} {document.url}", "yellow")
    for alarm in report.alarms:
        what = " ".join(filter(None, (alarm.kind, alarm.site_id, alarm.column_id)))
        note(
            f"需人处理 for a person: {what}: {alarm.message} [{alarm.id}]",
            "yellow",
            site=alarm.site_id or None,
        )
    if report.alarms:
        note("可接受的警报 / an alarm that may be so: gknb alarms --accept ID --reason TEXT")
    if report.accepted:
        note(
            f"{len(report.accepted)} 条警报已被接受，未变 / alarms that were accepted, unchanged: gknb alarms"
        )
    for damage in report.damaged:
        note(f"损坏 damaged: {damage}", "red")
    if report.few_agencies:
        places = len({one.division_code for one in report.few_agencies})
        note(f"{places} 地的机关少于应有 / places have reports of fewer agencies than expected: gknb status")
    if report.left:
        note(f"{len(report.left)} 个站点留给别的机器 / sites were left to other machines, by their leases")
    if report.unregistered:
        note(f"{report.unregistered} 个站点没有登记栏目 / sites have no registered column: gknb discover URL")
    if report.webhook_problem:
        note(f"未能通知 / the webhook could not be told: {report.webhook_problem}", "red")
    note(f"运行报告 / run report: {archive / 'runs' / report.run_id}.json")
