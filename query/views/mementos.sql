-- Mementos: archived copies of withdrawn or changed reports, which another archive has kept; never our own fetch.
CREATE VIEW mementos AS
SELECT
    report_id, agency_id, agency_name, reports.year, stated.url, stated.fetched_at AS archived_at,
    regexp_extract(stated.note, '; (withdrawn|changed); ', 1) AS why,
    regexp_extract(stated.note, '; sha1 ([A-Z2-7]{32})', 1) AS sha1,
    source_sha256, stated.file
FROM stored.stated AS stated
JOIN stored.reports AS reports USING (report_id)
WHERE stated.note LIKE 'memento %';
