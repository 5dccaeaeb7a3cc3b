"""TLS: certificates are always checked; old servers get a profile of their own, by their row in sites.csv.

`p256_only`             offers the curve P-256 alone, for servers whose other curves are broken
`legacy_renegotiation`  speaks to servers without secure renegotiation (RFC 5746)
`old_ciphers`           allows TLS 1.0, and ciphers and keys below today's security level
"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions, TLSVersion, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.crawling import ArchivedSpider
from crawler.manners.failures import StoppingError

# SSL_OP_LEGACY_SERVER_CONNECT of OpenSSL, for which pyOpenSSL has no name.
OP_LEGACY_SERVER_CONNECT = 0x4
_OLD_CIPHERS = "ALL:!aNULL:!eNULL:@SECLEVEL=0"


class ProfiledOptions(CertificateOptions):
    """Certificate options that check the certificate and speak TLS as `profile` needs it."""

    def __init__(self, profile: str) -> None:
        options: dict[str, Any] = {}
        if profile == "old_ciphers":
            options = {
                "insecurelyLowerMinimumTo": TLSVersion.TLSv1_0,
                "acceptableCiphers": AcceptableCiphers.fromOpenSSLCipherString(_OLD_CIPHERS),
            }
        super().__init__(trustRoot=platformTrust(), **options)
        self._profile = profile

    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:
        context = super()._makeContext(skipCiphers)
        if self._profile == "p256_only":
            context.set_tmp_ecdh(ec.SECP256R1())
        elif self._profile == "legacy_renegotiation":
            context.set_options(OP_LEGACY_SERVER_CONNECT)
        elif self._profile == "old_ciphers":
            context.set_cipher_list(_OLD_CIPHERS.encode())
        return context


@implementer(IPolicyForHTTPS)
class ProfiledPolicy:
    """The TLS policy of a crawl: by host, the profile that the registry gives."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def creatorForNetloc(self, hostname: bytes | str, port: int) -> ClientTLSOptions:
        """See IPolicyForHTTPS."""
        host = hostname.decode("ascii") if isinstance(hostname, bytes) else hostname
        options = ProfiledOptions(ArchivedSpider.of(self._crawler).tls_profile(host))
        return ClientTLSOptions(options._makeTLSConnection, host)


class ProfiledDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's download handler with that policy."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory = ProfiledPolicy(crawler)  # type: ignore[assignment]  # zope interfaces
        # Twisted asks once more at once where a kept connection is cut: neither delay nor budget would know.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        """See Scrapy. Raises StoppingError for what was still waiting when the crawl was asked to end, or a
        lease of its address was lost."""
        spider = ArchivedSpider.of(self._crawler)
        if spider.is_stopping:
            raise StoppingError("the crawl was asked to end")
        if spider.leases and not all(map(spider.leases.holds, request.meta.get("leased", ()))):
            raise StoppingError("a lease was lost")
        return await super().download_request(request)
