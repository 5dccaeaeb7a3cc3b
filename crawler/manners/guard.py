"""Where the crawl may go: which hosts by name, which addresses after DNS, and under whose name.

Only `*.gov.cn` and reviewed hosts (data/registry/hosts.csv), and of these only what resolves to public
addresses. The one place to allow more, for a test or an intranet, is the settings `HOST_ADDRESSES` and
`ALLOWED_NETWORKS` (crawler/settings.py); a host must then be named *and* its address allowed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from scrapy.settings import BaseSettings

from crawler.addresses import host_of
from crawler.manners.failures import Withheld
from crawler.runs.outcomes import Outcome

GOVERNMENT = "gov.cn"

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 ranges that carry an IPv4 address, private ones too, past a check of the outer address.
_TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


# The unicast addresses that IANA gives out (RFC 4291 2.4): ::127.0.0.1 and fec0:: are none, though Python's
# ipaddress calls them global.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Public by their number, but no host's: the platform service of Azure, relays of 6to4, documentation.
_NO_HOSTS = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))
)


def host_addresses(settings: BaseSettings) -> dict[str, str]:
    """Hosts mapped to addresses by hand, the setting HOST_ADDRESSES: a mapping, its JSON, or a file of it.

    Raises OSError and ValueError that name the file.
    """
    given = settings.get("HOST_ADDRESSES")
    if not isinstance(given, str) or given.lstrip()[:1] in {"", "{"}:
        return {str(host): str(address) for host, address in settings.getdict("HOST_ADDRESSES").items()}
    try:
        found = json.loads(Path(given).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"HOST_ADDRESSES: {given} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"HOST_ADDRESSES: {given} must hold an object of hosts and addresses")
    return {str(host): str(address) for host, address in found.items()}


class HostRule:
    """Which hosts may be crawled, by name: `*.gov.cn`, the reviewed, those a setting maps to addresses."""

    def __init__(self, reviewed: Iterable[str], named: Iterable[str] = ()) -> None:
        self._hosts = frozenset(reviewed) | frozenset(named)

    def refusal(self, url: str) -> str | None:
        """Why `url` may not be crawled, judged by its text alone; None where it may."""
        host = host_of(url)
        if host is None:
            return "only http and https addresses with a host are crawled"
        if host in self._hosts or host == GOVERNMENT or host.endswith("." + GOVERNMENT):
            return None
        return f"{host} is neither on *.{GOVERNMENT} nor a reviewed host"


class Addresses:
    """Host names to addresses, resolved once a run: a host keeps the one address that was checked for it.

    So no later answer of the name server can lead elsewhere, and a delay per address is one per host too.
    """

    def __init__(
        self,
        host_addresses: Mapping[str, str],
        allowed_networks: Iterable[str],
        contact: str,
        timeout: float,
    ) -> None:
        self._fixed = {
            host.lower(): ipaddress.ip_address(address) for host, address in host_addresses.items()
        }
        self._allowed: tuple[IPNetwork, ...] = tuple(map(ipaddress.ip_network, allowed_networks))
        self._contact = contact
        self._timeout = timeout
        self._pinned: dict[str, IPAddress] = {}
        self._asked: dict[str, asyncio.Task[IPAddress]] = {}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """As crawler/settings.py describes them."""
        return cls(
            host_addresses(settings),
            settings.getlist("ALLOWED_NETWORKS"),
            settings.get("CONTACT") or "",
            settings.getfloat("DNS_TIMEOUT"),
        )

    def known(self, host: str) -> IPAddress | None:
        """The address that was checked for `host`, None where it was never asked for or refused."""
        return self._pinned.get(host.lower().rstrip("."))

    async def of(self, host: str) -> IPAddress:
        """The one address of `host` for this run. Raises Withheld (dns, host_refused)."""
        if host not in self._asked:
            self._asked[host] = asyncio.create_task(self._resolved(host))
        return await asyncio.shield(self._asked[host])

    def refusal(self, address: IPAddress) -> str | None:
        """Why `address` may not be connected to; None where it may."""
        if any(address in network for network in self._allowed if network.version == address.version):
            return self._contact_refusal(address)
        inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        if inner is not None:
            return self.refusal(inner)
        if any(address in network for network in _TRANSLATED if network.version == address.version):
            return f"{address} carries another address"
        if not address.is_global or address.is_multicast or address.is_reserved:
            return f"{address} is not a public address"
        if address.version == 6 and address not in _GLOBAL_UNICAST:
            return f"{address} is not a global unicast address"
        if any(address in network for network in _NO_HOSTS if network.version == address.version):
            return f"{address} is no host's address"
        return self._contact_refusal(address)

    def _contact_refusal(self, address: IPAddress) -> str | None:
        if address.is_loopback or self._contact:
            return None
        return CONTACT_MISSING

    async def _resolved(self, host: str) -> IPAddress:
        found = [self._fixed[host]] if host in self._fixed else await self._looked_up(host)
        for address in found:
            if reason := self.refusal(address):
                raise Withheld(Outcome.HOST_REFUSED, f"{host} leads to an address that is refused: {reason}")
        # IPv4 first: many county hosts have an IPv6 address that does not answer.
        self._pinned[host] = min(found, key=lambda address: (address.version, int(address)))
        return self._pinned[host]

    async def _looked_up(self, host: str) -> list[IPAddress]:
        query = asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        try:
            answers = await asyncio.wait_for(query, self._timeout)
        except (OSError, UnicodeError) as error:
            raise Withheld(Outcome.DNS, f"{host}: {error}") from error
        except TimeoutError as error:
            raise Withheld(
                Outcome.DNS, f"{host}: no answer of the name server in {self._timeout} s"
            ) from error
        return [ipaddress.ip_address(answer[4][0]) for answer in answers]


CONTACT_MISSING = (
    "no contact is configured: set GKNB_CONTACT, or give --contact (with scrapy: -s CONTACT=…), to a mail or "
    "web address under which site owners reach you, before more than loopback is crawled"
)
