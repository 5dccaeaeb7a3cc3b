-- Table three: one row a report and applicant type, the outcomes as columns named by the codebook.
-- A group that the form prints no value for (不予公开, 无法提供, 不予处理) is the sum of what the report's edition
-- prints below it, and null where a part is blank or missing: a blank is never counted as 0.
CREATE VIEW requests AS
WITH printed AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(region_code) AS region_code,
        any_value(edition) AS edition,
        applicant_type,
        count(*) - count(value) AS cells_without_number,
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted,
        {printed}
    FROM facts
    WHERE row_code LIKE '{table}:%'
    GROUP BY report_id, agency_id, year, applicant_type
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition, applicant_type,
    {columns},
    cells_without_number, cells_doubted
FROM printed;
