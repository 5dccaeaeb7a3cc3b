-- Table two: one row a report. Rows of another edition than the report's are null. Amounts stand in the unit
-- printed, which is beside them: the form of 2019 fixes none for procurement.
CREATE VIEW proactive AS
SELECT
    report_id, agency_id, year,
    any_value(agency_name) AS agency_name,
    any_value(region_code) AS region_code,
    any_value(edition) AS edition,
    {printed_with_units},
    count(*) - count(value) AS cells_without_number,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
FROM facts
WHERE row_code LIKE '{table}:%'
GROUP BY report_id, agency_id, year;
