-- Who asks: one row a report and kind of applicant, the printed total beside each and never among them.
CREATE VIEW applicants AS
SELECT
    report_id, agency_id, agency_name, year, edition, applicant_type,
    kinds.label_zh AS applicant_zh, kinds.label_en AS applicant_en,
    received, received_in_total,
    share(received, received_in_total) AS share_of_total,
    received_in_total < small_denominator() AS small_denominator,
    cells_doubted
FROM stored.applicants
JOIN stored.applicant_types AS kinds USING (applicant_type);
