-- One row a cell that was changed after publication: what stood there before and after, and between which
-- fetches it was changed. Cells of the form only; what else changed on the page is not shown.
CREATE VIEW revisions AS
WITH version AS (
    SELECT
        earlier.report_id AS chosen_id,
        earlier.copy_id AS before_id,
        later.copy_id AS after_id,
        earlier.url,
        earlier.last_seen AS last_seen_before,
        later.first_seen AS first_seen_after
    FROM stored.copies AS earlier
    JOIN stored.copies AS later
        ON later.report_id = earlier.report_id
        AND later.copy_id = earlier.next_version
        AND later.first_seen > earlier.first_seen
    -- What was set back has the same version twice.
    QUALIFY row_number() OVER (
        PARTITION BY earlier.report_id, earlier.copy_id, earlier.url, earlier.first_seen
        ORDER BY later.url <> earlier.url, later.first_seen
    ) = 1
),

printed AS (
    SELECT report_id, row_code, applicant_type, value, value_status, published FROM stored.facts
    UNION ALL
    SELECT report_id, row_code, applicant_type, value, value_status, published FROM stored.superseded_facts
),

before AS (
    SELECT version.*, printed.* EXCLUDE (report_id)
    FROM version JOIN printed ON printed.report_id = before_id
    WHERE row_code NOT LIKE 'x%'
),

after AS (
    SELECT version.*, printed.* EXCLUDE (report_id)
    FROM version JOIN printed ON printed.report_id = after_id
    WHERE row_code NOT LIKE 'x%'
),

cells AS (
    SELECT
        chosen_id, before_id, after_id, url, last_seen_before, first_seen_after, row_code, applicant_type,
        before.value AS value_before,
        before.value_status AS value_status_before,
        before.published AS published_before,
        after.value AS value_after,
        after.value_status AS value_status_after,
        after.published AS published_after
    FROM before
    FULL JOIN after
        USING (
            chosen_id, before_id, after_id, url, last_seen_before, first_seen_after, row_code, applicant_type
        )
    WHERE (before.value, before.value_status) IS DISTINCT FROM (after.value, after.value_status)
)

SELECT
    chosen_id AS report_id, agency_id, agency_name, region_code, year, row_code, applicant_type,
    value_before, value_status_before, published_before, value_after, value_status_after, published_after,
    cells.url, last_seen_before, first_seen_after, before_id, after_id
FROM cells
JOIN stored.reports ON reports.report_id = chosen_id;
