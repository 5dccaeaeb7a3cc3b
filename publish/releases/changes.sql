-- What changed between two releases, cell by cell, and why. Input, as views: older_T and newer_T for the tables T
-- facts, reports, copies, coverage, corrections.

-- Only rows that are not alike in both are looked at.
CREATE TABLE gone AS (FROM older_facts EXCEPT ALL FROM newer_facts);

CREATE TABLE come AS (FROM newer_facts EXCEPT ALL FROM older_facts);

-- Reports whose cells only one of the two has: the same report is there under other bytes, or it is not.
CREATE TABLE lost AS
SELECT report_id, agency_id, year, url
FROM older_reports
WHERE report_id IN (SELECT report_id FROM gone)
    AND report_id NOT IN (SELECT report_id FROM newer_facts);

CREATE TABLE found AS
SELECT report_id, agency_id, year, url
FROM newer_reports
WHERE report_id IN (SELECT report_id FROM come)
    AND report_id NOT IN (SELECT report_id FROM older_facts);

CREATE TABLE by_key AS
SELECT lost.report_id AS before_id, found.report_id AS after_id
FROM lost JOIN found USING (agency_id, year)
QUALIFY count(*) OVER (PARTITION BY before_id) = 1 AND count(*) OVER (PARTITION BY after_id) = 1;

-- Where the agency is not known, or is another by now, the address tells.
CREATE TABLE by_address AS
SELECT lost.report_id AS before_id, found.report_id AS after_id
FROM lost JOIN found USING (url)
WHERE lost.report_id NOT IN (SELECT before_id FROM by_key)
    AND found.report_id NOT IN (SELECT after_id FROM by_key)
QUALIFY count(*) OVER (PARTITION BY before_id) = 1 AND count(*) OVER (PARTITION BY after_id) = 1;

-- The bytes that each release knew, chosen or set aside, with their addresses.
CREATE TABLE addresses AS
SELECT 'older' AS release, report_id, url FROM older_reports
UNION SELECT 'older', copy_id, url FROM older_copies
UNION SELECT 'newer', report_id, url FROM newer_reports
UNION SELECT 'newer', copy_id, url FROM newer_copies;

CREATE TABLE pair AS
WITH other_bytes AS (FROM by_key UNION ALL FROM by_address),

at_the_same_address AS (
    SELECT DISTINCT before_id, after_id
    FROM other_bytes
    JOIN addresses AS before ON before.release = 'older' AND before.report_id = before_id
    JOIN addresses AS after ON after.release = 'newer' AND after.report_id = after_id AND after.url = before.url
)

SELECT
    before_id, after_id,
    CASE
        -- What the older release had too, and had set aside: another of the copies was chosen.
        WHEN after_id IN (SELECT report_id FROM older_reports) THEN 'reader'
        WHEN same.after_id IS NOT NULL THEN 'publisher'
        ELSE 'collected'
    END AS cause
FROM other_bytes LEFT JOIN at_the_same_address AS same USING (before_id, after_id)
UNION ALL
SELECT report_id, report_id, 'same'
FROM (
    SELECT report_id FROM gone UNION SELECT report_id FROM come
)
WHERE report_id IN (SELECT report_id FROM older_facts) AND report_id IN (SELECT report_id FROM newer_facts);

-- Whose report it is, as each release has it, to tell a report that was put under another agency or year.
CREATE TABLE whose AS
SELECT
    report_id,
    (older.agency_id, older.region_code, older.year)
    IS DISTINCT FROM (newer.agency_id, newer.region_code, newer.year) AS moved
FROM older_reports AS older JOIN newer_reports AS newer USING (report_id);

CREATE TABLE one_sided AS
SELECT
    lost.report_id,
    CASE
        WHEN moved THEN 'registry'
        WHEN moved IS NOT NULL THEN 'reader'
        WHEN newer_coverage.status = 'withdrawn' THEN 'publisher'
        ELSE 'collected'
    END AS cause
FROM lost
LEFT JOIN whose USING (report_id)
LEFT JOIN newer_coverage USING (agency_id, year)
WHERE lost.report_id NOT IN (SELECT before_id FROM pair)
UNION ALL
SELECT
    report_id,
    CASE WHEN moved THEN 'registry' WHEN moved IS NOT NULL THEN 'reader' ELSE 'collected' END
FROM found LEFT JOIN whose USING (report_id)
WHERE report_id NOT IN (SELECT after_id FROM pair);

-- A cell that stands in a report twice is compared with the one in the same place.
CREATE VIEW before AS
SELECT
    coalesce(pair.after_id, gone.report_id) AS paired_id, gone.*,
    coalesce(pair.cause, one_sided.cause) AS cause,
    row_number() OVER (PARTITION BY gone.report_id, row_code, applicant_type ORDER BY locator) AS nth
FROM gone
LEFT JOIN pair ON pair.before_id = gone.report_id
LEFT JOIN one_sided ON one_sided.report_id = gone.report_id;

CREATE VIEW after AS
SELECT
    come.report_id AS paired_id, come.*,
    coalesce(pair.cause, one_sided.cause) AS cause,
    row_number() OVER (PARTITION BY come.report_id, row_code, applicant_type ORDER BY locator) AS nth
FROM come
LEFT JOIN pair ON pair.after_id = come.report_id
LEFT JOIN one_sided ON one_sided.report_id = come.report_id;

CREATE VIEW cells AS
SELECT
    before.row_code IS NULL AS is_added,
    after.row_code IS NULL AS is_removed,
    list_filter(
        [
            CASE WHEN before.value IS DISTINCT FROM after.value THEN 'value' END,
            CASE WHEN before.value_status IS DISTINCT FROM after.value_status THEN 'value_status' END,
            CASE WHEN before.published IS DISTINCT FROM after.published THEN 'published' END,
            CASE WHEN before.unit IS DISTINCT FROM after.unit THEN 'unit' END,
            CASE WHEN before.edition IS DISTINCT FROM after.edition THEN 'edition' END,
            CASE WHEN before.agency_name IS DISTINCT FROM after.agency_name THEN 'agency_name' END,
            CASE WHEN before.flags IS DISTINCT FROM after.flags THEN 'flags' END
        ],
        lambda one: one IS NOT NULL
    ) AS read_otherwise,
    list_filter(
        [
            CASE WHEN before.agency_id IS DISTINCT FROM after.agency_id THEN 'agency_id' END,
            CASE WHEN before.region_code IS DISTINCT FROM after.region_code THEN 'region_code' END,
            CASE WHEN before.year IS DISTINCT FROM after.year THEN 'year' END
        ],
        lambda one: one IS NOT NULL
    ) AS put_elsewhere,
    coalesce(before.cause, after.cause) AS source_cause,
    row_code, applicant_type,
    before.agency_id AS agency_before, after.agency_id AS agency_after,
    before.year AS year_before, after.year AS year_after,
    before.value AS value_before, after.value AS value_after,
    before.value_status AS status_before, after.value_status AS status_after,
    before.published AS published_before, after.published AS published_after,
    before.report_id AS report_before, after.report_id AS report_after
FROM before FULL JOIN after USING (paired_id, row_code, applicant_type, nth);

CREATE VIEW corrections AS
SELECT
    before.status IS NULL AS is_added, after.status IS NULL AS is_removed,
    coalesce(before.agency_id, after.agency_id) AS agency_id,
    coalesce(before.year, after.year) AS year,
    coalesce(before.row_code, after.row_code) AS row_code,
    coalesce(before.applicant_type, after.applicant_type) AS applicant_type,
    before.corrected_value AS value_before, after.corrected_value AS value_after,
    before.status AS status_before, after.status AS status_after,
    before.published AS published_before, after.published AS published_after,
    before.report_id AS report_before, after.report_id AS report_after
FROM (FROM older_corrections EXCEPT ALL FROM newer_corrections) AS before
FULL JOIN (FROM newer_corrections EXCEPT ALL FROM older_corrections) AS after
    ON after.agency_id IS NOT DISTINCT FROM before.agency_id
    AND after.source_sha256 IS NOT DISTINCT FROM before.source_sha256
    AND after.year = before.year
    AND after.row_code = before.row_code
    AND after.applicant_type = before.applicant_type
    AND after.decided_on = before.decided_on
    AND after.who = before.who;

CREATE VIEW changes AS
SELECT
    CASE WHEN is_added THEN 'added' WHEN is_removed THEN 'removed' ELSE 'changed' END AS kind,
    CASE
        WHEN source_cause <> 'same' THEN source_cause
        WHEN is_added OR is_removed OR len(read_otherwise) > 0 THEN 'reader'
        ELSE 'registry'
    END AS cause,
    CASE WHEN is_added OR is_removed THEN [] ELSE read_otherwise || put_elsewhere END AS columns,
    * EXCLUDE (is_added, is_removed, read_otherwise, put_elsewhere, source_cause)
FROM cells
WHERE is_added OR is_removed OR len(read_otherwise) + len(put_elsewhere) > 0
UNION ALL BY NAME
SELECT
    CASE WHEN is_added THEN 'added' WHEN is_removed THEN 'removed' ELSE 'changed' END AS kind,
    'correction' AS cause,
    [] AS columns,
    row_code, applicant_type,
    agency_id AS agency_before, agency_id AS agency_after, year AS year_before, year AS year_after,
    value_before, value_after, status_before, status_after, published_before, published_after,
    report_before, report_after
FROM corrections;
