-- Table four: one row a report. rec: 行政复议; litd: 未经复议直接起诉; litr: 复议后起诉. litr was counted in rec
-- before, so that reconsiderations and all suits must not be added up to people in dispute. From 2024 on a refusal
-- must go to reconsideration first (行政复议法 2023, §23): fewer direct suits and more reconsiderations, which is the
-- law and not the organ.
CREATE VIEW disputes AS
SELECT
    report_id, agency_id, year, agency_name, region_code,
    year >= (SELECT min(first_year) FROM stored.breaks WHERE break_id = 'reconsideration_first_2024')::SMALLINT
        AS reconsideration_first,
    edition,
    {names},
    cells_without_number, cells_doubted
FROM stored.disputes;
