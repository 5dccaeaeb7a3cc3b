-- 哪些报告发布后悄悄改了数字？改了什么，何时见到？
-- Which reports were changed after publication: which figures, and between which fetches?
-- journalist
SELECT
    agency_name, agency_id, year, label_zh, applicant_type, published_before, published_after,
    last_seen_before, first_seen_after
FROM revisions
LEFT JOIN codebook USING (row_code)
ORDER BY agency_name, year, row_code, applicant_type;
