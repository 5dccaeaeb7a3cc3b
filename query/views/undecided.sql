-- Reports whose agency the evidence leaves open, with candidates; a person settles them in settled.csv.
-- The first columns are those of that table: agency_id, by, when and why are what the person adds.
CREATE VIEW undecided AS
SELECT
    'report' AS kind, report_id AS key, '' AS host,
    report_id, reports.agency_name, year, title, url, source_name, candidates, conflicts, evidence, status
FROM stored.resolutions
JOIN stored.reports USING (report_id)
WHERE resolutions.agency_id IS NULL AND status <> 'not_a_report';
