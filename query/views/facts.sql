-- One row a printed cell of the form. `value` is null unless a number is printed: a blank is not a zero.
CREATE VIEW facts AS
SELECT
    agency_id, agency_name, region_code, year, row_code, applicant_type, value, value_status, published,
    unit, edition, report_id, source_sha256, locator, reader, flags
FROM stored.facts;
