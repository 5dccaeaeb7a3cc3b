-- 部门以哪些理由不予公开、无法提供、不予处理？（不含政府汇总数，以免重复计算）
-- On which grounds do departments not grant? (Without the governments' totals, which contain them)
-- journalist
SELECT outcome, label_zh, label_en, sum(value) AS requests, count(DISTINCT agency_id) AS agencies
FROM refusals
JOIN agencies USING (agency_id)
WHERE kind = 'department'
GROUP BY outcome, row_code, label_zh, label_en
ORDER BY requests DESC, row_code;
