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
    max(CASE WHEN row_code = 't4:rec.upheld' THEN value END) AS rec_upheld,
    max(CASE WHEN row_code = 't4:rec.corrected' THEN value END) AS rec_corrected,
    max(CASE WHEN row_code = 't4:rec.other' THEN value END) AS rec_other,
    max(CASE WHEN row_code = 't4:rec.pending' THEN value END) AS rec_pending,
    max(CASE WHEN row_code = 't4:rec.total' THEN value END) AS rec_total,
    max(CASE WHEN row_code = 't4:litd.upheld' THEN value END) AS litd_upheld,
    max(CASE WHEN row_code = 't4:litd.corrected' THEN value END) AS litd_corrected,
    max(CASE WHEN row_code = 't4:litd.other' THEN value END) AS litd_other,
    max(CASE WHEN row_code = 't4:litd.pending' THEN value END) AS litd_pending,
    max(CASE WHEN row_code = 't4:litd.total' THEN value END) AS litd_total,
    max(CASE WHEN row_code = 't4:litr.upheld' THEN value END) AS litr_upheld,
    max(CASE WHEN row_code = 't4:litr.corrected' THEN value END) AS litr_corrected,
    max(CASE WHEN row_code = 't4:litr.other' THEN value END) AS litr_other,
    max(CASE WHEN row_code = 't4:litr.pending' THEN value END) AS litr_pending,
    max(CASE WHEN row_code = 't4:litr.total' THEN value END) AS litr_total,
    count(*) - count(value) AS cells_without_number,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
FROM facts
WHERE row_code LIKE 't4:%'
GROUP BY report_id, agency_id, year;
