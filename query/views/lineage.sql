-- One row a step by which an agency or a place became another: its year, kind and source. Views that compare
-- years join on agency_id or place_id and never cross a step by themselves.
CREATE VIEW lineage AS
WITH followed AS (
    SELECT agency_id, name, valid_to, source, unnest(successors) AS successor
    FROM stored.agencies
),

ends AS (
    SELECT *, unnest(successors) AS successor FROM stored.places
),

-- A successor is a code, of which the place's own row says in which year it ends; or code[year], to which a
-- part of the territory went in that year.
steps AS (
    SELECT
        * EXCLUDE (successor),
        successor[:6] AS successor,
        successor LIKE '%[%]' AS is_part,
        CASE WHEN is_part THEN successor[8:11]::SMALLINT ELSE valid_to END AS year
    FROM ends
),

agency_steps AS (
    SELECT
        'agency' AS kind,
        followed.agency_id AS from_id,
        followed.name AS from_name,
        heir.agency_id AS to_id,
        heir.name AS to_name,
        followed.valid_to AS year,
        CASE WHEN heir.agency_id LIKE '%.branch' AND followed.agency_id NOT LIKE '%.branch' THEN 'moved' END
            AS told,
        heir.valid_from < followed.valid_to AS was_there,
        followed.source
    FROM followed
    JOIN stored.agencies AS heir ON heir.agency_id = followed.successor
),

place_steps AS (
    SELECT
        'place' AS kind,
        steps.place_id AS from_id,
        steps.name AS from_name,
        heir.place_id AS to_id,
        heir.name AS to_name,
        steps.year,
        -- A place that goes on under another code or name is the same place_id, and its row says how.
        CASE WHEN is_part THEN 'part_moved' WHEN heir.place_id = steps.place_id THEN heir.change END AS told,
        heir.valid_from < steps.year AS was_there,
        heir.source
    FROM steps
    JOIN stored.places AS heir
        ON heir.division_code = steps.successor
        AND heir.valid_from <= steps.year
        AND (heir.valid_to IS NULL OR steps.year < heir.valid_to)
)

SELECT
    kind, from_id, from_name, to_id, to_name, year,
    CASE
        WHEN told IS NOT NULL THEN told
        WHEN count(*) OVER (PARTITION BY kind, from_id, year, told IS NULL) > 1 THEN 'split'
        WHEN was_there OR count(*) OVER (PARTITION BY kind, to_id, year, told IS NULL) > 1 THEN 'merged'
        ELSE 'succeeded'
    END AS change,
    source
FROM (FROM agency_steps UNION ALL FROM place_steps);
