-- 处理申请收了多少费？多少份报告印出金额，多少份写明没有收？（不含政府汇总数）
-- What was charged for requests: how many reports print an amount, how many say none? (Governments left out)
-- journalist
SELECT year, fees.kind, value_status, count(*) AS reports, sum(amount_yuan) AS yuan
FROM fees
JOIN agencies USING (agency_id)
WHERE fees.kind <> 'admin_fees_amount' AND agencies.kind <> 'government'
GROUP BY year, fees.kind, value_status
ORDER BY year, fees.kind, value_status;
