-- Rates pooled over the agencies of one function and level in an area: the sum of the parts by the sum of the wholes,
-- so that small agencies count for what they are. Governments (function gov) stand apart from the departments that
-- their figures are compiled from, and levels stand apart too: adding up over functions, levels or areas that
-- contain one another counts twice.
CREATE VIEW area_rates AS
WITH placed AS (
    SELECT
        measures.year, measure, numerator, denominator, agencies.function_code,
        level_of(measures.agency_id) AS level, agencies.prefecture_code, agencies.province_code
    FROM measures
    JOIN stored.agencies AS agencies USING (agency_id)
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
        count(*) AS agencies_counted
    FROM placed
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
    agencies_counted, agencies_expected
FROM pooled
LEFT JOIN expected_agencies USING (area_level, area_code, level, function_code, year);
