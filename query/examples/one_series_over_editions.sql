-- 收到的申请从 2014 年至今能否连成一个序列？各年可比到什么程度，为什么？
-- Can requests received be one series from 2014 on: how far does each year compare, and why?
-- researcher
SELECT year, edition, comparability, sum(value) AS received, count(value) AS agencies_with_number, note_zh, note_en
FROM comparable
JOIN agencies USING (agency_id)
WHERE series = 't3:1' AND applicant_type = 'total' AND kind <> 'government'
GROUP BY year, edition, comparability, note_zh, note_en
ORDER BY year, edition;
