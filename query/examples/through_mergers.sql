-- 机关更名、合并后去了哪里？一直追到最后的机关。
-- What became of agencies that were renamed or merged, followed to the last one?
-- researcher
WITH RECURSIVE followed AS (
    SELECT from_id AS first_id, from_name AS first_name, to_id, to_name, year, 1 AS steps
    FROM lineage
    WHERE kind = 'agency'
        AND NOT EXISTS (FROM lineage AS earlier WHERE earlier.to_id = lineage.from_id AND earlier.year <= lineage.year)
    UNION ALL
    SELECT first_id, first_name, lineage.to_id, lineage.to_name, lineage.year, steps + 1
    FROM followed
    JOIN lineage ON lineage.from_id = followed.to_id AND lineage.year >= followed.year AND steps < 20
)

SELECT first_id, first_name, to_id, to_name, year, steps
FROM followed
ORDER BY first_id, steps, to_id;
