-- Rates pooled over the agencies of one function and level in an area: the sum of the parts by the sum of the wholes,
-- so that small agencies count for what they are. Governments (function gov) stand apart from the departments that
-- their figures are compiled from, and levels stand apart too: adding up over functions, levels or areas that
-- contain one another counts twice.
CREATE VIEW area_rates AS
WITH placed AS (
    SELECT
        agency_id, function_code, level_of(agency_id) AS level,
        areas.prefecture_code, areas.province_code, areas.valid_from, areas.valid_to
    FROM stored.agencies
    JOIN areas USING (agency_id)
),

of_prefectures AS (
    SELECT
        prefecture_code, province_code, level, function_code, year, measure,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        count(*) AS agencies_counted,
        count(CASE WHEN cells_doubted > 0 THEN 1 END) AS agencies_doubted
    FROM measures
    JOIN placed
        ON placed.agency_id = measures.agency_id
        AND lies_within(measures.year, placed.valid_from, placed.valid_to)
    GROUP BY prefecture_code, province_code, level, function_code, year, measure
),

pooled AS (
    SELECT
        CASE grouping(prefecture_code, province_code)
            WHEN 1 THEN 'prefecture' WHEN 2 THEN 'province' ELSE 'country'
        END AS area_level,
        coalesce(prefecture_code, province_code, '000000') AS area_code,
        level, function_code, year, measure,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        sum(agencies_counted)::BIGINT AS agencies_counted,
        sum(agencies_doubted)::BIGINT AS agencies_doubted
    FROM of_prefectures
    GROUP BY GROUPING SETS (
        (prefecture_code, level, function_code, year, measure),
        (province_code, level, function_code, year, measure),
        (level, function_code, year, measure)
    )
    HAVING grouping(prefecture_code, province_code) = 3
        OR coalesce(prefecture_code, province_code) IS NOT NULL
)

SELECT
    area_level, area_code, level, function_code, year, measure, numerator, denominator,
    share(numerator, denominator) AS rate,
    denominator < small_denominator() AS small_denominator,
    agencies_counted, agencies_expected, agencies_doubted
FROM pooled
LEFT JOIN expected_agencies USING (area_level, area_code, level, function_code, year);
