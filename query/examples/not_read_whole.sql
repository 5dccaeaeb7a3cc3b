-- 哪些报告没有读完整？结果是什么？
-- Which reports were not read whole, and what became of them?
-- maintainer
SELECT status, format, reader, agency_name, year, cells_read, cells_expected, source_name
FROM reports
WHERE status <> 'ok' AND superseded_by IS NULL
ORDER BY status, source_name;
