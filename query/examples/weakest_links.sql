-- 哪些认定把握最小？依据是什么？
-- Which agencies were resolved with the least confidence, and on what evidence?
-- maintainer
SELECT confidence, agency_id, agency_name, title, evidence, conflicts
FROM resolutions
JOIN reports USING (report_id, agency_id)
ORDER BY confidence, agency_id, report_id
LIMIT 20;
