-- One row a fetch of the crawler.
CREATE VIEW snapshots AS
SELECT
    url, final_url, site_id, "column", fetched_at, http_status, outcome, content_type, source_sha256,
    etag, last_modified, link_text, run_id
FROM stored.snapshots;
