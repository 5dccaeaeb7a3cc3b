-- 各县政府汇总的公开率逐年如何？应报多少，算入多少？
-- What share do the county governments grant, year by year, and how many of how many are counted?
-- journalist
SELECT year, numerator AS granted, denominator AS closed, rate, agencies_counted, agencies_expected
FROM area_rates
WHERE area_level = 'country' AND level = 'county' AND function_code = 'gov' AND measure = 'disclosure'
ORDER BY year;
