"""What every crawl imports, once for all tests."""

from crawler.archive import middleware
from crawler.manners import politeness, robots, tls
from crawler.spiders import reports

__all__ = ["middleware", "politeness", "reports", "robots", "tls"]
