-- One row a finding: what a person should know about a report.
CREATE VIEW findings AS
SELECT
    report_id, check_id, severity, row_code, applicant_type, expected, found, attributed_to, evidence,
    message
FROM stored.findings;
