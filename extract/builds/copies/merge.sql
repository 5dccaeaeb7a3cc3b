-- The staged tables with every reading under its agency, year and region, and those that are set aside apart.
-- Input: `settled` (a row a reading), `copy` (a row a reading and address), `provable` (checks), `identity_id`,
-- staged_reports, staged_facts, staged_findings. Facts and findings may be those of some reports alone: then only theirs
-- come out, and `compared_before` knows how the cells of the others' copies compare.

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

-- Each cell of a reading that was set aside, beside that of the one that stands.
-- Those of the copies are kept first: joined in one statement, cells of all reports meet by their row alone.
CREATE OR REPLACE TEMP TABLE copied AS
WITH pair AS (SELECT DISTINCT report_id, copy_id FROM copy WHERE copy_id <> report_id)

SELECT pair.report_id, pair.copy_id, row_code, applicant_type, value, locator
FROM pair
JOIN staged_facts ON staged_facts.report_id = pair.copy_id
WHERE row_code NOT LIKE 'x%' AND value_status <> 'unreadable';

CREATE OR REPLACE TEMP TABLE compared AS
SELECT
    chosen.report_id,
    other.copy_id,
    chosen.row_code,
    chosen.applicant_type,
    chosen.value AS value_chosen,
    other.value AS value_other,
    chosen.locator AS locator_chosen,
    other.locator AS locator_other,
    value_chosen IS DISTINCT FROM value_other AS differs
FROM copied AS other
JOIN staged_facts AS chosen USING (report_id, row_code, applicant_type)
WHERE chosen.value_status <> 'unreadable';

-- What a reading finds of its report and cannot decide, and a copy in another format finds alike, where the two readings
-- agree in every cell: two readers that know nothing of each other, in two files, have seen what the publisher printed
-- (docs/domain/checks.md#whose-error). `provable` are the checks of the form's identities and editions.
CREATE OR REPLACE TEMP TABLE confirmed AS
WITH agreeing AS (
    SELECT report_id, copy_id FROM compared GROUP BY report_id, copy_id HAVING NOT bool_or(differs)
)

SELECT
    one.report_id, one.check_id, one.row_code, one.applicant_type,
    min(coalesce(copy.url, other_report.source_name)) AS where_too
FROM staged_findings AS one
JOIN provable USING (check_id)
JOIN agreeing USING (report_id)
JOIN copy USING (report_id, copy_id)
JOIN staged_findings AS other
    ON other.report_id = copy_id
    AND other.check_id = one.check_id
    AND other.row_code IS NOT DISTINCT FROM one.row_code
    AND other.applicant_type IS NOT DISTINCT FROM one.applicant_type
    AND other.expected IS NOT DISTINCT FROM one.expected
    AND other.found IS NOT DISTINCT FROM one.found
JOIN staged_reports AS report ON report.report_id = one.report_id
JOIN staged_reports AS other_report ON other_report.report_id = other.report_id
WHERE one.attributed_to = 'undecided' AND other_report.reader <> report.reader
GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW attributed_findings AS
SELECT
    staged_findings.* REPLACE (
        if(where_too IS NULL, attributed_to, 'publisher') AS attributed_to,
        if(where_too IS NULL, evidence, concat_ws('; ', 'printed alike in ' || where_too, evidence)) AS evidence
    )
FROM staged_findings
JOIN settled ON settled.report_id = staged_findings.report_id
LEFT JOIN confirmed
    ON confirmed.report_id = staged_findings.report_id
    AND confirmed.check_id = staged_findings.check_id
    AND confirmed.row_code IS NOT DISTINCT FROM staged_findings.row_code
    AND confirmed.applicant_type IS NOT DISTINCT FROM staged_findings.applicant_type
-- Answered by a person.
WHERE staged_findings.check_id <> 'year_unknown' OR NOT coalesce(starts_with(settled.year_from, 'settled by'), false);

-- Reports none of whose broken identities is in doubt any more: `suspect` says that one is.
CREATE OR REPLACE TEMP TABLE cleared AS
SELECT report_id
FROM attributed_findings
JOIN identity_id USING (check_id)
WHERE report_id IN (SELECT report_id FROM confirmed)
GROUP BY report_id
HAVING bool_and(attributed_to = 'publisher');

CREATE OR REPLACE TEMP VIEW merged_facts AS
SELECT
    staged_facts.* REPLACE (
        settled.agency_id AS agency_id, settled.region_code AS region_code, settled.year AS year,
        if(cleared.report_id IS NULL, flags, list_filter(flags, lambda flag: flag <> 'suspect')) AS flags
    ),
    settled.superseded_by IS NOT NULL AS set_aside
FROM staged_facts
JOIN settled USING (report_id)
LEFT JOIN cleared USING (report_id);

CREATE OR REPLACE TEMP VIEW copies_table AS
WITH agreement AS (
    SELECT report_id, copy_id, count(*) AS cells_compared, count(*) FILTER (WHERE differs) AS cells_differing
    FROM compared
    GROUP BY report_id, copy_id
    UNION ALL
    FROM compared_before
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
