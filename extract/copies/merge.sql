-- The staged tables with every reading under its agency, year and region, and those that are set aside apart.
-- Input: `settled` (a row a reading), `copy` (a row a reading and address), staged_reports, staged_facts.

CREATE OR REPLACE TEMP VIEW merged_reports AS
SELECT
    staged_reports.* REPLACE (
        settled.agency_id AS agency_id,
        settled.region_code AS region_code,
        settled.year AS year,
        coalesce(settled.year_from, staged_reports.year_evidence) AS year_evidence,
        settled.superseded_by AS superseded_by,
        CASE
            WHEN settled.superseded_by IS NULL OR settled.is_older THEN staged_reports.status
            ELSE 'duplicate'
        END AS status
    )
FROM staged_reports
JOIN settled USING (report_id);

CREATE OR REPLACE TEMP VIEW merged_facts AS
SELECT
    staged_facts.* REPLACE (
        settled.agency_id AS agency_id, settled.region_code AS region_code, settled.year AS year
    ),
    settled.superseded_by IS NOT NULL AS set_aside
FROM staged_facts
JOIN settled USING (report_id);

-- Each cell of a reading that was set aside, beside that of the one that stands.
CREATE OR REPLACE TEMP TABLE compared AS
WITH pair AS (SELECT DISTINCT report_id, copy_id FROM copy WHERE copy_id <> report_id)

SELECT
    pair.report_id,
    pair.copy_id,
    chosen.row_code,
    chosen.applicant_type,
    chosen.value AS value_chosen,
    other.value AS value_other,
    chosen.locator AS locator_chosen,
    other.locator AS locator_other,
    value_chosen IS DISTINCT FROM value_other AS differs
FROM pair
JOIN staged_facts AS other ON other.report_id = pair.copy_id
JOIN staged_facts AS chosen
    ON chosen.report_id = pair.report_id
    AND chosen.row_code = other.row_code
    AND chosen.applicant_type = other.applicant_type
WHERE
    chosen.row_code NOT LIKE 'x%'
    AND chosen.value_status <> 'unreadable'
    AND other.value_status <> 'unreadable';

CREATE OR REPLACE TEMP VIEW copies_table AS
WITH agreement AS (
    SELECT report_id, copy_id, count(*) AS cells_compared, count(*) FILTER (WHERE differs) AS cells_differing
    FROM compared
    GROUP BY report_id, copy_id
)

SELECT copy.*, cells_compared::INTEGER AS cells_compared, cells_differing::INTEGER AS cells_differing
FROM copy
LEFT JOIN agreement USING (report_id, copy_id);

-- Two copies of one report that print different numbers, and neither is an older version of the other.
CREATE OR REPLACE TEMP VIEW copies_differ AS
WITH apart AS (
    SELECT
        compared.*,
        row_number() OVER (PARTITION BY report_id, copy_id ORDER BY row_code, applicant_type) AS place
    FROM compared
    WHERE differs AND (report_id, copy_id) NOT IN (
        SELECT (report_id, copy_id) FROM copy WHERE role = 'older_version'
    )
)

SELECT
    apart.report_id,
    'copies_differ' AS check_id,
    'warn' AS severity,
    min_by(row_code, place) AS row_code,
    min_by(applicant_type, place) AS applicant_type,
    min_by(value_chosen, place)::VARCHAR AS expected,
    min_by(value_other, place)::VARCHAR AS found,
    'undecided' AS attributed_to,
    min(coalesce(other.url, other.source_name)) || ': ' || string_agg(
        printf('%s %s %s / %s', row_code, applicant_type, value_chosen::VARCHAR, value_other::VARCHAR),
        '; ' ORDER BY place
    ) FILTER (WHERE place <= 10) AS evidence,
    printf(
        '同一机关同一年度的两份报告有 %d 个单元格不同 | two copies of one report differ in %d cells',
        count(*), count(*)
    ) AS message
FROM apart
JOIN staged_reports AS other ON other.report_id = apart.copy_id
GROUP BY apart.report_id, apart.copy_id;
