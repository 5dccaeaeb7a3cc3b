-- The question of the view peers with a switch: what counts as too few.
CREATE MACRO peers_of(minimum := 10) AS TABLE
WITH placed AS (
    SELECT
        agency_id, name, function_code, level_of(agency_id) AS level, areas.valid_from, areas.valid_to,
        unnest([
            {'scope': 'prefecture', 'area_code': areas.prefecture_code},
            {'scope': 'province', 'area_code': areas.province_code}
        ], recursive := true)
    FROM stored.agencies
    JOIN areas USING (agency_id)
),

compared AS (
    SELECT
        measures.agency_id, name, year, function_code, level, scope, area_code, measure, numerator, denominator,
        rate, cells_doubted
    FROM measures
    JOIN placed
        ON placed.agency_id = measures.agency_id
        AND lies_within(measures.year, placed.valid_from, placed.valid_to)
    WHERE denominator >= minimum AND rate IS NOT NULL AND area_code IS NOT NULL
),

ranked AS (
    SELECT
        *,
        count(*) OVER of_its_kind AS agencies_compared,
        rank() OVER (of_its_kind ORDER BY rate) AS from_below,
        count(*) OVER (of_its_kind ORDER BY rate) AS not_above,
        quantile_cont(rate, 0.5) OVER of_its_kind AS median
    FROM compared
    WINDOW of_its_kind AS (PARTITION BY year, measure, function_code, level, scope, area_code)
)

SELECT
    ranked.agency_id, name, ranked.year, ranked.function_code, ranked.level, scope, ranked.area_code, measure,
    numerator, denominator, rate,
    agencies_compared - not_above + 1 AS rank,
    (from_below - 1) / nullif(agencies_compared - 1, 0) AS percentile,
    median, agencies_compared, agencies_expected, cells_doubted
FROM ranked
LEFT JOIN expected_agencies AS expected
    ON expected.year = ranked.year AND expected.function_code = ranked.function_code
    AND expected.level = ranked.level AND expected.area_level = ranked.scope
    AND expected.area_code = ranked.area_code;

-- An agency beside those of the same function and level in its prefecture and in its province: rank (1 is the
-- highest rate), percentile (the share of the others that are lower), median, and how many of how many are compared. Rates of
-- fewer than ten are left out: peers_of(minimum := 1) takes them in.
CREATE VIEW peers AS
FROM peers_of();
