-- 部门的复议和诉讼逐年多少？2024 年起不予公开须先复议，之后如何？
-- How many reviews and suits do the departments report, and how after 2024, when review must come first?
-- journalist
SELECT
    year, reconsideration_first,
    sum(rec_total) AS reconsiderations, sum(rec_corrected) AS corrected,
    sum(litd_total) AS suits_filed_directly, sum(litr_total) AS suits_after_reconsideration,
    count(*) AS reports
FROM disputes
JOIN agencies USING (agency_id)
WHERE kind IN ('department', 'government_office')
GROUP BY year, reconsideration_first
ORDER BY year;
