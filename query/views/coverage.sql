-- One row an agency and year: whether its report is here, and if not, why.
CREATE VIEW coverage AS
SELECT
    agency_id, year, status, detail, report_id, published_at, due_on, site_id
FROM stored.coverage;
