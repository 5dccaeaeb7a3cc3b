-- 各地各年应报多少、找到多少？其余为什么没有？
-- How many of how many reports are here, by place and year, and why are the others not?
-- researcher
SELECT
    prefecture_name, place_name, region_code, year, reports_found, reports_expected, share_found,
    late, missing, withdrawn, blocked, unreachable, never_crawled
FROM coverage_by_place
ORDER BY region_code, year;
