-- A number's way back: the address and the archived bytes that it was read from, the place in them, and what
-- is printed there; and when these bytes were first and last fetched.
CREATE VIEW sources AS
WITH fetched AS (
    SELECT source_sha256, min(fetched_at) AS first_fetched, max(fetched_at) AS last_fetched
    FROM stored.snapshots
    WHERE source_sha256 IS NOT NULL
    GROUP BY source_sha256
)

SELECT
    facts.agency_id, facts.agency_name, facts.year, facts.row_code, facts.applicant_type, facts.value,
    facts.value_status, facts.published, facts.locator, facts.flags, facts.report_id,
    reports.title, reports.url, reports.source_name, facts.source_sha256, facts.reader,
    coalesce(first_fetched, stated.fetched_at) AS first_fetched, last_fetched
FROM stored.facts AS facts
JOIN stored.reports AS reports USING (report_id)
LEFT JOIN stored.stated AS stated USING (report_id)
LEFT JOIN fetched ON fetched.source_sha256 = facts.source_sha256;
