"""What a crawl hands over: its fetches, how columns ended, where they list each file."""

from __future__ import annotations

import pyarrow as pa

from extract.schemas.column import SOURCE_SHA256, column

SNAPSHOTS = pa.schema(
    [
        column("url", pa.string(), "请求的网址", "address asked for"),
        column("final_url", pa.string(), "重定向后的网址", "address after redirects"),
        column("site_id", pa.string(), "站点", "site"),
        column("column", pa.string(), "栏目", "column of the site"),
        column("fetched_at", pa.timestamp("us", tz="UTC"), "抓取时间", "time of the fetch"),
        column("http_status", pa.int16(), "HTTP 状态码", "HTTP status"),
        column("outcome", pa.string(), "结果", "outcome"),
        column("content_type", pa.string(), "内容类型", "content type"),
        column(*SOURCE_SHA256),
        column("etag", pa.string(), "ETag", "ETag"),
        column("last_modified", pa.string(), "Last-Modified", "Last-Modified"),
        column("link_text", pa.string(), "链接文字", "text of the link that led here"),
        column("run_id", pa.string(), "批次", "run of the crawler"),
    ]
)

RUNS = pa.schema(
    [
        column("run_id", pa.string(), "批次", "run of the crawler"),
        column("site_id", pa.string(), "站点", "site"),
        column("column_id", pa.string(), "栏目标识", "column of the site, as in columns.csv"),
        column("url", pa.string(), "栏目网址", "the column's address"),
        column("family", pa.string(), "网站系统类型", "CMS family"),
        column("outcome", pa.string(), "结果，见 outcomes.csv", "how it ended, see outcomes.csv"),
        column("detail", pa.string(), "结果的说明", "what there is to say of it"),
        column("started_at", pa.timestamp("us", tz="UTC"), "开始时间", "when its walk began"),
        column("finished_at", pa.timestamp("us", tz="UTC"), "结束时间", "when its walk ended"),
        column("list_pages", pa.int32(), "列表页数", "list pages read"),
        column("listed", pa.int32(), "列出的链接数", "links that the list has"),
        column("stated_total", pa.int32(), "网站自称的条数", "how many it says that it has"),
        column("present", pa.int32(), "现有报告数", "reports that it has now"),
        column("before", pa.int32(), "上次的报告数", "reports that it had at the run before"),
        column("new", pa.int32(), "新增", "new reports"),
        column("changed", pa.int32(), "发布后改动", "reports changed after publication"),
        column("confirmed", pa.int32(), "复查未变", "reports asked for again and found unchanged"),
        column("withdrawn", pa.int32(), "撤下", "reports that are no longer there"),
        column("failures", pa.int32(), "未能取得的页面和文件", "pages and files that could not be had"),
        column(
            "passed_over",
            pa.map_(pa.string(), pa.int32()),
            "未跟进的链接数，按原因",
            "links not followed, by reason",
        ),
    ]
)

LISTINGS = pa.schema(
    [
        ("site_id", pa.string()),
        ("column_id", pa.string()),
        # Whose reports the column lists, "" for the government of the site; null where the registry lacks it.
        ("owner", pa.string()),
        # The report as the column lists it: its address, its title, the day that its page or the list gives.
        ("url", pa.string()),
        ("title", pa.string()),
        ("published_on", pa.date32()),
        # Whether the column had the report, in this version or a later one, when it was last walked.
        ("listed", pa.bool_()),
        # The file: article, attachment or picture; its link and the address that gave it.
        ("part", pa.string()),
        ("part_url", pa.string()),
        ("final_url", pa.string()),
        ("source_sha256", pa.string()),
        ("first_seen", pa.timestamp("us", tz="UTC")),
        ("last_seen", pa.timestamp("us", tz="UTC")),
        # Whether it belongs to the report as last seen, and not to an older version.
        ("current", pa.bool_()),
    ]
)
