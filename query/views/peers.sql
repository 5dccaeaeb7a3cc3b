-- The question of the view peers with a switch: what counts as too few.
CREATE MACRO peers_of(minimum := 10) AS TABLE
WITH compared AS (
    SELECT
        measures.agency_id, agencies.name AS agency, measures.year, agencies.function_code,
        level_of(measures.agency_id) AS level, agencies.prefecture_code, agencies.province_code, measure,
        numerator, denominator, rate
    FROM measures
    JOIN agencies USING (agency_id)
    WHERE denominator >= minimum AND rate IS NOT NULL
),

scoped AS (
    SELECT *, 'prefecture' AS scope, prefecture_code AS area_code FROM compared WHERE prefecture_code IS NOT NULL
    UNION ALL
    SELECT *, 'province' AS scope, province_code AS area_code FROM compared WHERE province_code IS NOT NULL
),

ranked AS (
    SELECT
        *,
        rank() OVER (of_its_kind ORDER BY rate DESC) AS rank,
        percent_rank() OVER (of_its_kind ORDER BY rate) AS percentile,
        median(rate) OVER of_its_kind AS median,
        count(*) OVER of_its_kind AS agencies_compared
    FROM scoped
    WINDOW of_its_kind AS (PARTITION BY year, measure, function_code, level, scope, area_code)
)

SELECT
    ranked.agency_id, agency, ranked.year, ranked.function_code, ranked.level, scope, ranked.area_code, measure,
    numerator, denominator, rate, rank, percentile, median, agencies_compared,
    agencies_expected
FROM ranked
LEFT JOIN expected_agencies AS expected
    ON expected.year = ranked.year AND expected.function_code = ranked.function_code
    AND expected.level = ranked.level AND expected.area_level = ranked.scope
    AND expected.area_code = ranked.area_code;

-- An agency beside those of the same function and level in its prefecture and in its province: rank (1 is the
-- highest rate), percentile (0 the lowest, 1 the highest), median, and how many of how many are compared. Rates of
-- fewer than ten are left out: peers_of(minimum := 1) takes them in.
CREATE VIEW peers AS
FROM peers_of();
