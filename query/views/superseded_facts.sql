-- Cells of readings that were set aside: copies and older versions. Never to be added to facts.
CREATE VIEW superseded_facts AS
SELECT
    agency_id, agency_name, region_code, year, row_code, applicant_type, value, value_status, published,
    unit, edition, report_id, source_sha256, locator, reader, flags
FROM stored.superseded_facts;
