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
    max(value) FILTER (WHERE row_code = 't4:rec.upheld') AS rec_upheld,
    max(value) FILTER (WHERE row_code = 't4:rec.corrected') AS rec_corrected,
    max(value) FILTER (WHERE row_code = 't4:rec.other') AS rec_other,
    max(value) FILTER (WHERE row_code = 't4:rec.pending') AS rec_pending,
    max(value) FILTER (WHERE row_code = 't4:rec.total') AS rec_total,
    max(value) FILTER (WHERE row_code = 't4:litd.upheld') AS litd_upheld,
    max(value) FILTER (WHERE row_code = 't4:litd.corrected') AS litd_corrected,
    max(value) FILTER (WHERE row_code = 't4:litd.other') AS litd_other,
    max(value) FILTER (WHERE row_code = 't4:litd.pending') AS litd_pending,
    max(value) FILTER (WHERE row_code = 't4:litd.total') AS litd_total,
    max(value) FILTER (WHERE row_code = 't4:litr.upheld') AS litr_upheld,
    max(value) FILTER (WHERE row_code = 't4:litr.corrected') AS litr_corrected,
    max(value) FILTER (WHERE row_code = 't4:litr.other') AS litr_other,
    max(value) FILTER (WHERE row_code = 't4:litr.pending') AS litr_pending,
    max(value) FILTER (WHERE row_code = 't4:litr.total') AS litr_total,
    count(*) - count(value) AS cells_without_number
FROM facts
WHERE row_code LIKE 't4:%'
GROUP BY report_id, agency_id, year;
