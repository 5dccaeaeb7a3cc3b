"""What every crawl imports, once for all tests."""

from crawler import archiving, manners, robots, tls
from crawler.spiders import reports

__all__ = ["archiving", "manners", "reports", "robots", "tls"]
