-- Who received no request, and of whom it is not known: one row an agency and year that was due. `answer` is zero,
-- some, blank (the cell is there and has no number: not a zero), unreadable, no_row (a report without that row), or no_report
-- with the reason from the ledger of coverage. Row 1 of table three, or of the statistics of 2014.
CREATE VIEW zero_requests AS
SELECT
    agency_id, agencies.name, agencies.region_code, agencies.function_code, coverage.year,
    CASE
        WHEN answers.received = 0 THEN 'zero'
        WHEN answers.received IS NOT NULL THEN 'some'
        WHEN answers.unreadable THEN 'unreadable'
        WHEN answers.report_id IS NOT NULL THEN 'blank'
        WHEN coverage.report_id IS NOT NULL THEN 'no_row'
        ELSE 'no_report'
    END AS answer,
    answers.received, coverage.status AS coverage_status, coverage.report_id, answers.doubted
FROM stored.coverage AS coverage
JOIN stored.agencies AS agencies USING (agency_id)
LEFT JOIN stored.answers AS answers USING (agency_id, year)
WHERE coverage.status <> 'not_due';
