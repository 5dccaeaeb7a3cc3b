-- Table four: one row a report.
SELECT
    report_id, agency_id, year,
    max(agency_name) AS agency_name,
    max(region_code) AS region_code,
    max(edition) AS edition,
    {columns},
    count(*) - count(value) AS cells_without_number,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
FROM {facts}
WHERE row_code LIKE 't4:%'
GROUP BY report_id, agency_id, year
