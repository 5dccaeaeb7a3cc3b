-- 最近一次抓取中哪些栏目出了问题？
-- Which columns did not go well in their last run?
-- maintainer
SELECT site_id, column_id, outcome, detail, present, before, withdrawn, failures, finished_at
FROM runs
QUALIFY row_number() OVER (PARTITION BY site_id, column_id ORDER BY finished_at DESC) = 1
    AND (outcome NOT IN ('ok', 'unchanged') OR failures > 0 OR withdrawn > 0)
ORDER BY site_id, column_id;
