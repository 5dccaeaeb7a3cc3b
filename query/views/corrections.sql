-- One row a correction: what people know to be right of a cell that prints something wrong. Only accepted ones
-- count in corrected_facts; withdrawn and mended ones are kept for the record.
CREATE VIEW corrections AS
SELECT
    agency_id, source_sha256, report_id, year, row_code, applicant_type, published, corrected_value, reason,
    evidence, who, decided_on, status
FROM stored.corrections;
