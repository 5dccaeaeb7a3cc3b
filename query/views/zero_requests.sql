-- Who received no request, and of whom it is not known: one row an agency and year that was due. `answer` is zero,
-- some, blank (the cell is there and has no number: not a zero), unreadable, no_row (a report without that row), or no_report
-- with the reason from the ledger of coverage. Row 1 of table three, or of the statistics of 2014.
CREATE VIEW zero_requests AS
WITH asked AS (
    SELECT
        agency_id, year,
        any_value(report_id) AS report_id,
        max(value) AS received,
        bool_or(value_status = 'unreadable') AS unreadable,
        bool_or(len(flags) > 0) AS doubted
    FROM facts
    WHERE row_code IN ('t3:1', 's14:3.1') AND applicant_type = 'total'
    GROUP BY agency_id, year
)

SELECT
    agency_id, agencies.name, agencies.region_code, agencies.function_code, coverage.year,
    CASE
        WHEN asked.received = 0 THEN 'zero'
        WHEN asked.received IS NOT NULL THEN 'some'
        WHEN asked.unreadable THEN 'unreadable'
        WHEN asked.report_id IS NOT NULL THEN 'blank'
        WHEN coverage.report_id IS NOT NULL THEN 'no_row'
        ELSE 'no_report'
    END AS answer,
    asked.received, coverage.status AS coverage_status, coverage.report_id, asked.doubted
FROM stored.coverage AS coverage
JOIN stored.agencies AS agencies USING (agency_id)
LEFT JOIN asked USING (agency_id, year)
WHERE coverage.status <> 'not_due';
