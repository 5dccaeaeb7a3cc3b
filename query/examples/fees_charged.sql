-- 处理申请收了多少费？多少份报告写明没有收，多少份没有提到金额？
-- What was charged for requests: how many reports say nothing was charged, how many print an amount?
-- journalist
SELECT year, kind, value_status, count(*) AS reports, sum(amount_yuan) AS yuan
FROM fees
GROUP BY year, kind, value_status
ORDER BY year, kind, value_status;
