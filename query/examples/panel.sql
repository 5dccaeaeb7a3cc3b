-- 面板数据：每个机关每年一行，没有报告的也在，并写明原因。
-- A panel: one row an agency and year, those without a report too, with the reason.
-- researcher
SELECT
    coverage.agency_id, agencies.name AS agency, agencies.function_code, agencies.region_code, coverage.year,
    coverage.status, rate_terms.edition, received, carried_in, closed, disclosed, denied, unable, not_processed,
    other, carried_out
FROM coverage
JOIN agencies USING (agency_id)
LEFT JOIN rate_terms ON rate_terms.report_id = coverage.report_id
WHERE coverage.status <> 'not_due'
ORDER BY coverage.agency_id, coverage.year;
