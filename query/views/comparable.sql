-- A series over the editions of the form: one row a series, agency, year and applicant type, with how far
-- the value can be compared with today's form (exact, approximate, not) and why. A row that several
-- editions print is a series under its own code; `crosswalk.csv` has what must be added up or renamed. A sum is
-- null where one of its terms is. What no edition but one prints is no series.
CREATE VIEW comparable AS
WITH statistics AS (
    SELECT DISTINCT edition FROM stored.edition_rows WHERE "table" = 's14'
),

crosswalk AS (
    SELECT
        * EXCLUDE (edition), string_split(terms, ' + ') AS row_codes,
        -- A local label that means just the same bears the code of the form of 2014, and compares as that does.
        unnest(CASE WHEN edition IN (FROM statistics) THEN [edition, 'local'] ELSE [edition] END) AS edition
    FROM stored.crosswalk
),

-- Labels stand on the first row of a series, or are those of the row that it is called after.
label AS (
    SELECT
        crosswalk.series,
        coalesce(max(crosswalk.label_zh), any_value(rows.label_zh)) AS label_zh,
        coalesce(max(crosswalk.label_en), any_value(rows.label_en)) AS label_en
    FROM crosswalk
    LEFT JOIN stored.rows AS rows ON rows.row_code = crosswalk.series
    GROUP BY crosswalk.series
),

printed_twice AS (
    SELECT row_code
    FROM stored.edition_rows
    WHERE printed = 'yes'
    GROUP BY row_code
    HAVING count(DISTINCT edition) > 1
),

single AS (
    SELECT
        row_code AS series, edition_rows.edition, row_code, 'exact' AS comparability,
        rows.label_zh, rows.label_en, NULL::VARCHAR AS note_zh, NULL::VARCHAR AS note_en
    FROM printed_twice
    JOIN stored.rows AS rows USING (row_code)
    JOIN stored.edition_rows AS edition_rows USING (row_code)
    WHERE value_type IS NOT NULL
    UNION ALL
    SELECT series, edition, terms, comparability, label.label_zh, label.label_en, note_zh, note_en
    FROM crosswalk
    JOIN label USING (series)
    WHERE len(row_codes) = 1
    UNION ALL
    -- The printed row of an edition beside the sum that stands for it in another.
    SELECT series, edition, series, 'exact', label.label_zh, label.label_en, NULL, NULL
    FROM (SELECT DISTINCT series FROM crosswalk)
    JOIN label USING (series)
    JOIN (SELECT DISTINCT edition, row_code FROM stored.edition_rows) AS printed ON printed.row_code = series
    WHERE series NOT IN (FROM printed_twice)
),

several AS (
    SELECT series, edition, unnest(row_codes) AS row_code, len(row_codes) AS terms
    FROM crosswalk
    WHERE len(row_codes) > 1
),

added AS (
    SELECT
        series, edition, facts.report_id, any_value(agency_id) AS agency_id,
        any_value(agency_name) AS agency_name, any_value(region_code) AS region_code, year, applicant_type,
        CASE WHEN count(value) = any_value(several.terms) THEN sum(value) END AS value,
        bool_or(len(flags) > 0) AS doubted
    FROM stored.facts AS facts
    JOIN several USING (edition, row_code)
    GROUP BY series, edition, facts.report_id, year, applicant_type
)

SELECT
    series, label_zh, label_en, agency_id, agency_name, region_code, year, applicant_type, value,
    comparability, note_zh, note_en, edition, facts.row_code AS terms, report_id, len(flags) > 0 AS doubted
FROM stored.facts AS facts
JOIN single USING (edition, row_code)
UNION ALL
SELECT
    series, label.label_zh, label.label_en, agency_id, agency_name, region_code, year, applicant_type, value,
    comparability, note_zh, note_en, edition, terms, report_id, doubted
FROM added
JOIN crosswalk USING (series, edition)
JOIN label USING (series);
