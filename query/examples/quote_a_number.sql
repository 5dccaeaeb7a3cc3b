-- 引用一个数字：它印在哪里，出自哪个网址、哪份存档？
-- To quote a number: where is it printed, at which address, in which archived bytes?
-- journalist
SELECT agency_name, year, published, locator, title, url, source_sha256, first_fetched
FROM sources
WHERE row_code = 't3:1' AND applicant_type = 'total'
ORDER BY value DESC NULLS LAST, agency_name, year
LIMIT 10;
