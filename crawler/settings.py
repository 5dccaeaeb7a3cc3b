"""Scrapy's settings for this project. What a user may want to change is said beside it.

A setting is overruled on the command line (`scrapy crawl reports -s DOWNLOAD_DELAY=5`) and, those that name a
variable, from the environment.
"""

import os

from base.paths import ARCHIVE
from crawler.storage.leases import SECONDS

BOT_NAME = "gknb"
SPIDER_MODULES = ["crawler.spiders"]

# Under which address site owners reach you (mail or web). Without one, only loopback is crawled.
CONTACT = os.environ.get("GKNB_CONTACT", "")
# The contact is put in by crawler.crawling.
USER_AGENT = "Mozilla/5.0 (compatible; gknb/0.1; annual report statistics; +{contact})"
ROBOTSTXT_USER_AGENT = "gknb"

# Where the archive lies, unless GKNB_ARCHIVE or GKNB_LAKE says otherwise.
ARCHIVE_DIR = str(ARCHIVE)

# Tests and intranets: the one place that allows hosts beyond *.gov.cn and data/registry/hosts.csv, and
# addresses that are not public. A host must be named here with its address, *and* the address must lie in
# an allowed network: HOST_ADDRESSES = {"a.test": "127.0.0.2"}, ALLOWED_NETWORKS = ["127.0.0.0/8"]. In place
# of the addresses may stand the absolute path of a JSON file with them: a command line has no room for
# thousands, and a spider's process has another folder than the command's.
HOST_ADDRESSES: dict[str, str] = {}
ALLOWED_NETWORKS: list[str] = []
TWISTED_DNS_RESOLVER = "crawler.manners.resolver.GuardedResolver"
DNS_TIMEOUT = 20

# Manners. The delay, in seconds, is between the starts of two requests to one address; a site's row in
# sites.csv and a Crawl-delay in its robots.txt can only lengthen it, as does a slow server (AutoThrottle).
DOWNLOAD_DELAY = 3.0
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.0
AUTOTHROTTLE_MAX_DELAY = 60.0
# The whole list: what Scrapy would add is left out, and not even imported.
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "crawler.manners.politeness.Throttle": 0,
}
# How many sites are walked side by side.
SITES_AT_ONCE = 256
# Bounds of one column: beyond them it ends as endless_pager.
COLUMN_LIST_PAGES = 500
COLUMN_FOLDER_DEPTH = 3
COLUMN_DOCUMENTS = 10_000
# So many pages of a list in a row without a report, and the rest of it is left, which is told.
COLUMN_BARREN_PAGES = 20
# Requests a site and run.
SITE_BUDGET = 3000
# Requests a run; 0: as many as it takes.
RUN_BUDGET = 0
# 429 and 5xx: the address is left alone for BACKOFF_BASE seconds, then twice that …; or for as long as
# Retry-After asks, up to BACKOFF_MAX. Who asks for more is left for another run.
BACKOFF_BASE = 5.0
BACKOFF_MAX = 600.0
RETRY_TIMES = 3
# A page that a firewall withholds which may relent (challenges.csv) is asked for again after so many seconds,
# at most so often a host and run; its site is left alone meanwhile.
BLOCKED_PAUSES = [60, 600]
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 8
METAREFRESH_MAXDELAY = 5
METAREFRESH_IGNORE_TAGS = ["script", "noscript"]

# Several machines: the object storage by whose leases no two ask one host or address, or walk one site;
# how many seconds a lease lasts, by a third of which their clocks may differ; and the name of this machine,
# where it has one: it may walk again what it has just walked.
LEASES = os.environ.get("GKNB_LEASES", "")
LEASE_SECONDS = SECONDS
MACHINE = ""

# Obeyed by crawler.manners.robots, which knows 401, 403 and 5xx apart; there is no way to switch it off.
ROBOTSTXT_OBEY = True
# The archive is the frontier and the cache.
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
# The first opens an HTTP server that runs code, the second a shell.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

DOWNLOAD_HANDLERS = {
    "http": "crawler.manners.tls.ProfiledDownloadHandler",
    "https": "crawler.manners.tls.ProfiledDownloadHandler",
    "ftp": None,
    "file": None,
    "data": None,
    "s3": None,
}
# Requests go down this list, answers up. It is whole, as is that of the extensions.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.manners.politeness.HostGuard": 50,
    "crawler.manners.robots.RobotsMiddleware": 100,
    "crawler.manners.politeness.Budget": 110,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.manners.politeness.Backoff": 550,
    "crawler.manners.politeness.MetaRefreshes": 580,
    "crawler.manners.politeness.Redirects": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "crawler.archive.middleware.ArchiveMiddleware": 820,
    "crawler.manners.politeness.AddressSlot": 840,
    "crawler.manners.leased.Leased": 845,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    "crawler.manners.politeness.BoundedCompression": 860,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}

LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 60.0
