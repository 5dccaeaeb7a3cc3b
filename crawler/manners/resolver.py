"""The reactor's name resolver: it gives the address that guard.Addresses has checked, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import HostResolution
from scrapy.settings import BaseSettings
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler.addresses import host_of
from crawler.manners.guard import Addresses


@implementer(IHostnameResolver)
class GuardedResolver:
    """Answers for hosts that `addresses` has checked; for the proxies of the environment asks the system.

    A host that was not checked has no address here: nothing is ever connected to past the guard.
    """

    def __init__(self, reactor: Any, addresses: Addresses) -> None:
        self.addresses = addresses
        self._reactor = reactor
        self._system = reactor.nameResolver
        # The operator's own choice, and often on a private address.
        self._proxies = {host_of(url if "://" in url else f"http://{url}") for url in getproxies().values()}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """For the setting TWISTED_DNS_RESOLVER."""
        return cls(reactor, Addresses.from_settings(crawler.settings))

    @classmethod
    def installed(cls, settings: BaseSettings) -> GuardedResolver:
        """The reactor's resolver, put in place where the process has not done so (CrawlerRunner does not)."""
        from twisted.internet import reactor

        current = reactor.nameResolver
        if isinstance(current, GuardedResolver):
            return current
        resolver = cls(reactor, Addresses.from_settings(settings))
        resolver.install_on_reactor()
        return resolver

    def install_on_reactor(self) -> None:
        """Make this the reactor's resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: Literal["TCP", "UDP"] = "TCP",
    ) -> Any:
        """See IHostnameResolver."""
        address = self.addresses.known(hostName)
        if address is None and hostName in self._proxies:
            return self._system.resolveHostName(
                resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
            )
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        if address is not None:
            kind = IPv4Address if address.version == 4 else IPv6Address
            resolutionReceiver.addressResolved(kind(transportSemantics, str(address), portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution
