-- One row an agency and year: whether its report is here, and if not, why; of one that is here, its grade.
CREATE VIEW coverage AS
SELECT
    coverage.agency_id, coverage.year, coverage.status, coverage.detail, coverage.report_id,
    coverage.published_at, coverage.due_on, coverage.site_id, grade
FROM stored.coverage AS coverage
LEFT JOIN grades USING (report_id);
