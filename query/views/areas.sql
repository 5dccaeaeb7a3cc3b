-- In which prefecture and province an agency's place lay, and when: one row an agency and span of years (`valid_from`
-- to before `valid_to`, as of the end of the year). 寿县 was 六安's to 2014 and is 淮南's since. A prefecture goes by the
-- code and name that it has now, or had last. Before a place began its first area holds, after its end the last.
CREATE VIEW areas AS
WITH upper AS (
    SELECT
        division_code, level, parent, valid_from, coalesce(valid_to, 9999) AS valid_to,
        last_value(division_code) OVER of_place AS code,
        last_value(name) OVER of_place AS name
    FROM stored.places
    WHERE level <> 'county'
    WINDOW of_place AS (
        PARTITION BY place_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

span AS (
    SELECT
        place_id,
        CASE level WHEN 'county' THEN parent ELSE division_code END AS above,
        valid_from AS since,
        coalesce(lead(valid_from) OVER of_place, 9999) AS until,
        row_number() OVER of_place = 1 AS is_first
    FROM stored.places
    WINDOW of_place AS (PARTITION BY place_id ORDER BY valid_from)
),

lay AS (
    SELECT
        place_id, since, until, is_first,
        CASE WHEN upper.level = 'prefecture' THEN upper.code END AS prefecture_code,
        CASE WHEN upper.level = 'prefecture' THEN upper.name END AS prefecture_name,
        coalesce(province.code, upper.code) AS province_code,
        coalesce(province.name, upper.name) AS province_name
    FROM span
    JOIN upper ON upper.division_code = above AND upper.valid_from < until AND upper.valid_to > since
    LEFT JOIN upper AS province
        ON upper.level = 'prefecture' AND province.division_code = upper.parent
        AND province.valid_from < until AND province.valid_to > since
    QUALIFY row_number() OVER (
        PARTITION BY place_id, since ORDER BY upper.valid_from DESC, province.valid_from DESC
    ) = 1
)

SELECT
    agency_id,
    CASE WHEN NOT is_first THEN since END::SMALLINT AS valid_from,
    CASE WHEN until < 9999 THEN until END::SMALLINT AS valid_to,
    CASE WHEN lay.place_id IS NULL THEN agencies.prefecture_code ELSE lay.prefecture_code END AS prefecture_code,
    CASE WHEN lay.place_id IS NULL THEN agencies.prefecture_name ELSE lay.prefecture_name END AS prefecture_name,
    CASE WHEN lay.place_id IS NULL THEN agencies.province_code ELSE lay.province_code END AS province_code,
    CASE WHEN lay.place_id IS NULL THEN agencies.province_name ELSE lay.province_name END AS province_name
FROM stored.agencies AS agencies
LEFT JOIN lay USING (place_id);
