-- 同一报告读到几份？按什么规则采用，相互差几格？
-- Which reports were read more than once, by which rule was one chosen, and in how many cells do they differ?
-- maintainer
SELECT agency_name, year, role, rule, cells_compared, cells_differing, copies.url
FROM copies
JOIN reports USING (report_id)
WHERE role <> 'chosen'
ORDER BY cells_differing DESC NULLS LAST, agency_name, year, copies.url;
