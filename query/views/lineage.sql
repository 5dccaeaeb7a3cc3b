-- One row a step by which an agency or a place became another: its year, kind and source. Views that compare
-- years join on agency_id or place_id and never cross a step by themselves.
CREATE VIEW lineage AS
WITH followed AS (
    SELECT agency_id, name, valid_to, source, unnest(successors) AS successor
    FROM stored.agencies
),

-- A place that goes on under another code or name is the same place_id.
periods AS (
    SELECT *, unnest(successors) AS successor FROM stored.places WHERE valid_to IS NOT NULL
)

SELECT
    'agency' AS kind,
    followed.agency_id AS from_id,
    followed.name AS from_name,
    heir.agency_id AS to_id,
    heir.name AS to_name,
    followed.valid_to AS year,
    'succeeded' AS change,
    followed.source
FROM followed
JOIN stored.agencies AS heir ON heir.agency_id = followed.successor
UNION ALL
SELECT
    'place' AS kind,
    periods.place_id AS from_id,
    periods.name AS from_name,
    heir.place_id AS to_id,
    heir.name AS to_name,
    periods.valid_to AS year,
    CASE WHEN heir.place_id = periods.place_id THEN heir.change ELSE 'succeeded' END AS change,
    heir.source
FROM periods
JOIN stored.places AS heir
    ON heir.division_code = periods.successor
    AND heir.valid_from <= periods.valid_to
    AND (heir.valid_to IS NULL OR periods.valid_to < heir.valid_to);
