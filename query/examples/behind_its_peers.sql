-- 哪些机关的公开率在本地级同类机关中最低？与几家相比？
-- Which agencies grant least among their like in the prefecture, and among how many?
-- journalist
SELECT name AS agency, agency_id, year, rate, median, rank, agencies_compared, agencies_expected, denominator AS closed
FROM peers
WHERE scope = 'prefecture' AND measure = 'disclosure' AND percentile = 0 AND rank > 1
ORDER BY rate - median, agency_id, year;
