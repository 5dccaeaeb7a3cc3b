-- One row a report, with what became of it.
CREATE VIEW reports AS
SELECT
    report_id, title, agency_name, agency_id, region_code, year, year_evidence, published_at, url,
    source_sha256, format, reader, editions, status, cells_expected, cells_read, content_hash,
    text_hash, superseded_by, source_name
FROM stored.reports;
