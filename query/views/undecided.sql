-- Reports whose agency the evidence leaves open, with candidates; a person settles them in settled.csv.
CREATE VIEW undecided AS
SELECT
    report_id, reports.agency_name, year, title, url, source_name, candidates, conflicts, evidence, status
FROM stored.resolutions
JOIN stored.reports USING (report_id)
WHERE resolutions.agency_id IS NULL AND status <> 'not_a_report';
