-- What was charged: one row a report and kind of charge, as printed.
SELECT
    report_id, agency_id, agency_name, year, edition, row_code, value, value_status, unit, published,
    len(flags) > 0 AS doubted
FROM {facts}
WHERE row_code IN ('t2:20.8.1.amount', 's14:7', 'x6:fee_amount') AND applicant_type = 'total'
