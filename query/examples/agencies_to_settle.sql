-- 哪些报告还认定不了机关？候选是哪些？
-- Whose reports are still open, and which agencies might they be?
-- maintainer
SELECT kind, key, host, agency_name, year, title, candidates, conflicts, url
FROM undecided
ORDER BY agency_name, year, report_id;
