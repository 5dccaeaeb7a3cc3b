-- On which grounds requests are not granted: one row a report and ground that the form prints, from the column 总计,
-- beside the number closed.
-- That is found by first_value: of a sum or maximum over a partition DuckDB makes a join of the facts with themselves,
-- which reads them twice.
WITH cell AS (
    SELECT
        *,
        first_value(CASE WHEN row_code = 't3:3.7' THEN value END IGNORE NULLS) OVER of_report AS closed,
        coalesce(
            first_value(CASE WHEN row_code = 't3:3.7' THEN len(flags) > 0 END IGNORE NULLS) OVER of_report, false
        ) AS closed_doubted
    FROM {facts}
    WHERE applicant_type = 'total' AND row_code LIKE 't3:3.%'
    WINDOW of_report AS (PARTITION BY report_id, agency_id, year)
)

SELECT
    report_id, agency_id, agency_name, year, edition, row_code, value, value_status, closed,
    (len(flags) > 0)::BIGINT + closed_doubted::BIGINT AS cells_doubted
FROM cell
WHERE regexp_full_match(row_code, 't3:3\.([345]\..*|6(\..*)?)')
