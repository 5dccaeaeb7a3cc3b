-- 各年的报告用的是哪一版表格？有没有用错版的？
-- Which edition of the form do the reports of each year use, and does any use another than its year's?
-- researcher
SELECT year, edition, count(DISTINCT report_id) AS reports
FROM facts
WHERE row_code LIKE 't_:%' OR row_code LIKE 's14:%'
GROUP BY year, edition
ORDER BY year, edition;
