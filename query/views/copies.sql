-- One row a reading of a report: the chosen one and those set aside, with the rule.
CREATE VIEW copies AS
SELECT
    report_id, copy_id, role, url, source_sha256, first_seen, last_seen, next_version, cells_compared,
    cells_differing, rule
FROM stored.copies;
