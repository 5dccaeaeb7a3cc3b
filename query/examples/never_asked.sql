-- 哪些机关说没有收到过申请？又有几年无从得知？
-- Which agencies say that nobody asked them, and for how many years is it not known?
-- journalist
SELECT
    name AS agency, agency_id,
    count(*) FILTER (WHERE answer = 'zero') AS years_zero,
    count(*) FILTER (WHERE answer = 'some') AS years_some,
    count(*) FILTER (WHERE answer NOT IN ('zero', 'some')) AS years_not_known
FROM zero_requests
GROUP BY agency_id, name
HAVING years_zero > 0
ORDER BY years_zero DESC, years_some, agency_id;
