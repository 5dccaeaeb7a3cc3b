-- 向县级政府申请的是谁？自然人、企业、科研机构各占多少？
-- Who asks the county governments: what shares come from natural persons, companies, researchers?
-- journalist
SELECT
    year, applicant_zh, applicant_en,
    sum(received) AS received,
    share(sum(received), sum(received_in_total)) AS share_of_total,
    count(*) AS governments_counted
FROM applicants
JOIN agencies USING (agency_id)
WHERE kind = 'government' AND level_of(agency_id) = 'county'
    AND received IS NOT NULL AND received_in_total IS NOT NULL
GROUP BY year, applicant_type, applicant_zh, applicant_en
ORDER BY year, received DESC, applicant_type;
