-- N of every "n of N": how many agencies of a function and level were to report for a year, by the ledger of coverage,
-- and how many of them are found with a report. One row an area, level, function and year; the areas contain one
-- another, so do not add up over area_level.
CREATE VIEW expected_agencies AS
WITH due AS (
    SELECT
        coverage.year, agencies.function_code, level_of(coverage.agency_id) AS level,
        areas.prefecture_code, areas.province_code,
        coverage.report_id IS NOT NULL AS found
    FROM stored.coverage AS coverage
    JOIN stored.agencies AS agencies USING (agency_id)
    JOIN areas
        ON areas.agency_id = coverage.agency_id
        AND lies_within(coverage.year, areas.valid_from, areas.valid_to)
    WHERE coverage.status <> 'not_due'
)

SELECT
    CASE grouping(prefecture_code, province_code)
        WHEN 1 THEN 'prefecture' WHEN 2 THEN 'province' ELSE 'country'
    END AS area_level,
    coalesce(prefecture_code, province_code, '000000') AS area_code,
    level, function_code, year,
    count(*) AS agencies_expected,
    count(*) FILTER (WHERE found) AS agencies_found
FROM due
GROUP BY GROUPING SETS (
    (prefecture_code, level, function_code, year),
    (province_code, level, function_code, year),
    (level, function_code, year)
)
HAVING grouping(prefecture_code, province_code) = 3
    OR coalesce(prefecture_code, province_code) IS NOT NULL;
