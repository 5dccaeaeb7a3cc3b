-- 部门以哪些理由不予公开、无法提供、不予处理？（不含政府汇总数，以免重复计算）
-- On which grounds do departments not grant? (Without the governments' totals, which contain them)
-- journalist
SELECT outcome, ground_zh, ground_en, sum(requests) AS requests, count(DISTINCT agency_id) AS agencies
FROM refusals
JOIN agencies USING (agency_id)
WHERE kind = 'department'
GROUP BY outcome, row_code, ground_zh, ground_en
ORDER BY requests DESC, row_code;
