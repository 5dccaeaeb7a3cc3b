-- What an agency's year says of row 1 of table three, or of the statistics of 2014, in the column 总计.
SELECT
    agency_id, year,
    min(report_id) AS report_id,
    max(value) AS received,
    bool_or(value_status = 'unreadable') AS unreadable,
    bool_or(len(flags) > 0) AS doubted
FROM {facts}
WHERE row_code IN ('t3:1', 's14:3.1') AND applicant_type = 'total'
    AND agency_id IS NOT NULL AND year IS NOT NULL
GROUP BY agency_id, year
