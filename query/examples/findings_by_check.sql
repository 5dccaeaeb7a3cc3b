-- 检查发现了什么？归因于发布者、提取还是未定？
-- What did the checks find, and whose error is it taken for?
-- maintainer
SELECT
    check_id, severity, attributed_to,
    count(*) AS findings, count(DISTINCT report_id) AS reports, any_value(message ORDER BY message) AS example
FROM findings
GROUP BY check_id, severity, attributed_to
ORDER BY severity = 'info', severity, findings DESC, check_id;
