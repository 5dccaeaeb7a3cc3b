-- Table four: one row a report. rec: 行政复议; litd: 未经复议直接起诉; litr: 复议后起诉. litr was counted in rec
-- before, so that reconsiderations and all suits must not be added up to people in dispute. From 2024 on a refusal
-- must go to reconsideration first (行政复议法 2023, §23): fewer direct suits and more reconsiderations, which is the
-- law and not the organ.
CREATE VIEW disputes AS
SELECT
    report_id, agency_id, year,
    any_value(agency_name) AS agency_name,
    any_value(region_code) AS region_code,
    year >= (SELECT min(first_year) FROM stored.breaks WHERE break_id = 'reconsideration_first_2024')::SMALLINT
        AS reconsideration_first,
    any_value(edition) AS edition,
    {printed_with_units},
    count(*) - count(value) AS cells_without_number,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
FROM facts
WHERE row_code LIKE '{table}:%'
GROUP BY report_id, agency_id, year;
