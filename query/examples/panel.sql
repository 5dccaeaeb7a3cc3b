-- 面板数据：每个机关每年一行，没有报告的也在；每个空缺都写明原因（received_gap、outcomes_gap）。
-- A panel: one row an agency and year, those without a report too; each gap says why (received_gap, outcomes_gap).
-- researcher
FROM panel
ORDER BY agency_id, year;
