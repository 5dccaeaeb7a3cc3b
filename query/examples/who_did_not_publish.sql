-- 哪些机关应报而没有报告？是没有列出、撤下了，还是网站拒绝访问、从未抓取？
-- Whose report is due and not here: not listed, withdrawn, or is it the site that refuses or was never crawled?
-- journalist
SELECT prefecture_name, place_name, name AS agency, year, status, detail
FROM coverage
JOIN agencies USING (agency_id)
WHERE status IN ('missing', 'withdrawn', 'blocked', 'unreachable', 'never_crawled')
ORDER BY status <> 'missing', status <> 'withdrawn', status, agency_id, year;
