"""Patience: a page that a firewall withholds is asked for again later, seldom and never at once.

Firewalls refuse a visitor for some minutes, or one address by mistake; challenges never relent, and are not
asked again (challenges.csv, `again`). Each host has so many pauses a run as the setting BLOCKED_PAUSES, in
seconds: the walk of its site waits for as long, while other sites are walked. Then it has had enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.addresses import bare_host


class Patience:
    """The pauses that are left for each host."""

    def __init__(self, pauses: Sequence[float]) -> None:
        self._pauses = tuple(pauses)
        self._made: dict[str, int] = {}

    def pause(self, url: str) -> float | None:
        """Seconds to wait before `url` is asked for again, longer each time; None where it is enough.

        >>> patience = Patience((60, 600))
        >>> [patience.pause(f"http://www.some.gov.cn/{n}") for n in range(3)]
        [60, 600, None]
        """
        made = self._made.get(host := bare_host(url), 0)
        if made >= len(self._pauses):
            return None
        self._made[host] = made + 1
        return self._pauses[made]
