-- What one report carries over and the next begins with: one row an agency, year and kind of applicant where both
-- years' reports print the cell.
WITH cell AS (
    SELECT
        agency_id, year, applicant_type,
        min(agency_name) AS agency_name,
        min(edition) AS edition,
        min(report_id) AS report_id,
        max(CASE WHEN row_code = 't3:2' THEN value END) AS carried_in,
        max(CASE WHEN row_code = 't3:4' THEN value END) AS carried_out,
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
    FROM {facts}
    WHERE row_code IN ('t3:2', 't3:4') AND agency_id IS NOT NULL AND year IS NOT NULL
    GROUP BY agency_id, year, applicant_type
),

beside AS (
    SELECT
        *,
        lag(year) OVER the_years = year - 1 AS year_before_is_there,
        CASE WHEN year_before_is_there THEN lag(carried_out) OVER the_years END AS carried_out_before,
        CASE WHEN year_before_is_there THEN lag(report_id) OVER the_years END AS report_before,
        CASE WHEN year_before_is_there THEN lag(edition) OVER the_years END AS edition_before,
        CASE WHEN year_before_is_there THEN lag(cells_doubted) OVER the_years END AS doubted_before
    FROM cell
    WINDOW the_years AS (PARTITION BY agency_id, applicant_type ORDER BY year)
)

SELECT
    agency_id, agency_name, year, applicant_type, carried_out_before, carried_in,
    edition_before <> edition AS form_changed,
    report_before, report_id,
    cells_doubted + coalesce(doubted_before, 0) AS cells_doubted
FROM beside
WHERE report_before IS NOT NULL
