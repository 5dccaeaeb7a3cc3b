"""Who hears of a run: the webhook, and whoever watches that runs come at all (the dead-man check)."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from base.terminal import stopping_at

if TYPE_CHECKING:
    from crawler.runs.summary import RefreshReport
    from crawler.runs.webhook import Webhook


@dataclass(frozen=True)
class Hooks:
    """The addresses that a run tells, as far as there are any."""

    webhook: Webhook | None = None
    heartbeat: Webhook | None = None

    def after(self, report: RefreshReport) -> RefreshReport:
        """The report, after the dead-man check has been told that a run came to its end, whatever it found;
        not where it was stopped or could not run."""
        from crawler.runs.webhook import WebhookError

        if self.heartbeat is None or report.dry_run or report.stopped or report.problem:
            return report
        try:
            self.heartbeat.beat()
        except WebhookError as error:
            return replace(report, heartbeat_problem=str(error))
        return report


def hooks_of(webhook: str | None, heartbeat: str | None) -> Hooks:
    """The addresses named, checked; leaves where one is none. What signs or shapes a message stands in the
    environment alone, as everybody sees arguments."""
    from crawler.runs.webhook import Webhook, WebhookError

    with stopping_at(WebhookError):
        told = webhook and Webhook.parse(
            webhook,
            service=os.environ.get("GKNB_WEBHOOK_SERVICE", ""),
            secret=os.environ.get("GKNB_WEBHOOK_SECRET", ""),
            link=os.environ.get("GKNB_REPORT_LINK", ""),
        )
        return Hooks(told or None, Webhook.parse(heartbeat) if heartbeat else None)
