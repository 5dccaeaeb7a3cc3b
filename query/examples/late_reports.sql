-- 哪些报告迟于法定日期发布？迟了几天？
-- Which reports were published after the day that the law sets, and how many days after?
-- journalist
SELECT
    name AS agency, agency_id, coverage.year, due_on, coverage.published_at,
    coverage.published_at - due_on AS days_late, url
FROM coverage
JOIN agencies USING (agency_id)
JOIN reports USING (report_id)
WHERE coverage.status = 'late'
ORDER BY days_late DESC, agency_id, coverage.year;
