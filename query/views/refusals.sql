-- On which grounds requests are not granted: one row a report and ground, from the column 总计. Only grounds that the
-- form prints are here, and no sum of them; `outcome` says to which group each belongs.
-- The number closed is found by first_value: of a sum or maximum over a partition DuckDB makes a join of the facts
-- with themselves, which reads them twice.
CREATE VIEW refusals AS
WITH ground AS (
    SELECT
        row_code, label_zh, label_en,
        CASE regexp_extract(row_code, '^t3:3\.[3-6]')
            WHEN 't3:3.3' THEN 'denied'
            WHEN 't3:3.4' THEN 'unable'
            WHEN 't3:3.5' THEN 'not_processed'
            ELSE 'other'
        END AS outcome
    FROM stored.rows
    WHERE regexp_full_match(row_code, 't3:3\.([345]\..*|6(\..*)?)')
),

cell AS (
    SELECT
        *,
        first_value(CASE WHEN row_code = 't3:3.7' THEN value END IGNORE NULLS) OVER of_report AS closed,
        coalesce(
            first_value(CASE WHEN row_code = 't3:3.7' THEN len(flags) > 0 END IGNORE NULLS) OVER of_report, false
        ) AS closed_doubted
    FROM facts
    WHERE applicant_type = 'total' AND row_code LIKE 't3:3.%'
    WINDOW of_report AS (PARTITION BY report_id, agency_id, year)
)

SELECT
    report_id, agency_id, agency_name, year, edition,
    outcome, row_code, label_zh, label_en,
    value, value_status,
    closed,
    share(value, closed) AS share_of_closed,
    closed < small_denominator() AS small_denominator,
    (len(flags) > 0)::BIGINT + closed_doubted::BIGINT AS cells_doubted
FROM cell
JOIN ground USING (row_code);
