-- A rate of an agency beside that of the year before, where both years are there: one row an agency, year and
-- measure. `breaks` says what may lie between the two besides the agency: a change of law, form or institutions. No
-- row crosses from one agency to its successor.
CREATE VIEW trends AS
WITH known AS (
    SELECT agency_id, agency_name, year, edition, measure, numerator, denominator, rate, small_denominator, cells_doubted
    FROM measures
    WHERE agency_id IS NOT NULL AND year IS NOT NULL
),

beside AS (
    SELECT
        *,
        lag(year) OVER the_years = year - 1 AS year_before_is_there,
        CASE WHEN year_before_is_there THEN lag(rate) OVER the_years END AS rate_before,
        CASE WHEN year_before_is_there THEN lag(denominator) OVER the_years END AS denominator_before,
        CASE WHEN year_before_is_there THEN lag(edition) OVER the_years END AS edition_before,
        CASE WHEN year_before_is_there THEN lag(cells_doubted) OVER the_years END AS doubted_before
    FROM known
    WINDOW the_years AS (PARTITION BY agency_id, measure ORDER BY year)
),

broken AS (
    SELECT year, measure, list(break ORDER BY break) AS breaks
    FROM (
        SELECT first_year::SMALLINT AS year, unnest(string_split(measures, '|')) AS measure, zh || ' | ' || en AS break
        FROM stored.breaks
    )
    GROUP BY year, measure
)

SELECT
    agency_id, agency_name, beside.year, edition, beside.measure, numerator, denominator, rate, small_denominator,
    rate_before, denominator_before,
    rate - rate_before AS change,
    small_denominator OR coalesce(denominator_before < small_denominator(), false) AS change_of_small_numbers,
    edition_before <> edition AS form_changed,
    cells_doubted + coalesce(doubted_before, 0) AS cells_doubted,
    list_concat(coalesce(of_all.breaks, []), coalesce(of_one.breaks, [])) AS breaks
FROM beside
LEFT JOIN broken AS of_all ON of_all.year = beside.year AND of_all.measure = '*'
LEFT JOIN broken AS of_one ON of_one.year = beside.year AND of_one.measure = beside.measure;
