-- 正文所说的收件数与表中一致吗？（正文也可能含上年结转）
-- Does the text state the number of requests that the table prints? (It may mean those carried over, too)
-- researcher
SELECT
    stated.agency_name, stated.year, stated.value AS in_text, printed.value AS in_table,
    carried.value AS carried_in, stated.published AS wording
FROM facts AS stated
JOIN facts AS printed
    ON printed.report_id = stated.report_id
    AND printed.row_code = 't3:1' AND printed.applicant_type = 'total'
LEFT JOIN facts AS carried
    ON carried.report_id = stated.report_id
    AND carried.row_code = 't3:2' AND carried.applicant_type = 'total'
WHERE stated.row_code = 'x1:received'
ORDER BY stated.value IN (printed.value, printed.value + carried.value), stated.agency_name, stated.year;
