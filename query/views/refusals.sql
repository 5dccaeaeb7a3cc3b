-- On which grounds requests are not granted: one row a report and ground, from the column 总计. Only grounds that the
-- form prints are here, and no sum of them; `outcome` says to which group each belongs.
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
)

SELECT
    report_id, agency_id, agency_name, year, edition,
    outcome, row_code, label_zh, label_en,
    value, value_status,
    closed,
    share(value, closed) AS share_of_closed,
    closed < small_denominator() AS small_denominator,
    cells_doubted
FROM stored.refusals
JOIN ground USING (row_code);
