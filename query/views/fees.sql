-- What was charged: one row a report and kind of charge, in the unit printed and in yuan; `kind` is the row's name in
-- the codebook. `admin_fees_amount` are the organ's charges (行政事业性收费, from 2021), `disclosure_costs` the costs of
-- answering requests (to 2018; abolished 2017-04-01), `processing_fees` what section six says of 信息处理费. They have
-- nothing to do with one another.
CREATE VIEW fees AS
SELECT
    report_id, agency_id, agency_name, year, edition, rows.name AS kind, value, value_status, fees.unit, published,
    value * CASE fees.unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END AS amount_yuan,
    doubted
FROM stored.fees
JOIN stored.rows AS rows USING (row_code);
