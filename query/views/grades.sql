-- How far each report may be believed, in one word, from what the build itself shows: one row a report that stands.
--   found       none of its cells was read
--   partial     some of its cells were read
--   read        all cells that its form prints were read
--   consistent  besides, no cell is in doubt and no identity of the form is broken
--   read_twice  besides being read whole, another file of it in another format, read by another reader, prints the
--               same in every cell: nothing that the two readings share could have misled both
--   checked     a person has keyed it from its picture without seeing the reading, and it agrees in every cell
CREATE VIEW grades AS
WITH cells AS (
    SELECT
        report_id,
        count(*) AS printed,
        count(CASE WHEN value_status = 'unreadable' THEN 1 END) AS unreadable,
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS doubted
    FROM stored.facts
    WHERE row_code NOT LIKE 'x%'
    GROUP BY report_id
),

broken AS (
    SELECT DISTINCT report_id
    FROM stored.findings
    WHERE check_id IN (SELECT identity_id FROM stored.identities) AND severity <> 'info'
),

twice AS (
    SELECT copies.report_id, max(cells_compared) AS compared
    FROM stored.copies
    JOIN stored.reports AS chosen ON chosen.report_id = copies.report_id
    JOIN stored.reports AS other ON other.report_id = copies.copy_id
    WHERE other.reader <> chosen.reader AND cells_differing = 0
    GROUP BY copies.report_id
)

SELECT
    reports.report_id, agency_id, agency_name, region_code, year,
    CASE
        WHEN coalesce(printed - unreadable, 0) = 0 THEN 'found'
        WHEN checked.content_hash IS NOT NULL THEN 'checked'
        WHEN reports.status NOT IN ('ok', 'empty_form') OR unreadable > 0 THEN 'partial'
        WHEN compared = printed THEN 'read_twice'
        WHEN doubted = 0 AND broken.report_id IS NULL THEN 'consistent'
        ELSE 'read'
    END AS grade,
    coalesce(printed, 0) AS cells_printed,
    coalesce(unreadable, 0) AS cells_unreadable,
    coalesce(doubted, 0) AS cells_doubted,
    coalesce(compared, 0) AS cells_read_twice
FROM stored.reports
LEFT JOIN cells USING (report_id)
LEFT JOIN broken USING (report_id)
LEFT JOIN twice USING (report_id)
-- What was keyed from a reading that has changed since is not checked any more.
LEFT JOIN (SELECT DISTINCT source_sha256, content_hash FROM stored.checked WHERE cells_differing = '0') AS checked
    ON checked.source_sha256 = reports.source_sha256 AND checked.content_hash = reports.content_hash
WHERE reports.superseded_by IS NULL AND reports.status NOT IN ('not_a_report', 'duplicate');
