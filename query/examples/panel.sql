-- 面板数据：每个机关每年一行，没有报告的也在，并写明原因。2014 版表格只有收件数可比，其余为空。
-- A panel: one row an agency and year, those without a report too, with the reason. Of the form of 2014, receipts only.
-- researcher
WITH asked AS (
    SELECT report_id, edition, value AS received, comparability AS received_compares
    FROM comparable
    WHERE series = 't3:1' AND applicant_type = 'total'
)

SELECT
    coverage.agency_id, agencies.name AS agency, agencies.function_code, agencies.region_code, coverage.year,
    coverage.status, asked.edition, asked.received, received_compares, carried_in, closed, disclosed, denied, unable,
    not_processed, other, carried_out
FROM coverage
JOIN agencies USING (agency_id)
LEFT JOIN asked USING (report_id)
LEFT JOIN rate_terms USING (report_id)
WHERE coverage.status <> 'not_due'
ORDER BY coverage.agency_id, coverage.year;
