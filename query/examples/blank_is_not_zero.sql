-- 空白、横线、斜线和零各有多少？
-- How many cells are blank, dashed or slashed, and how many are zero?
-- researcher
SELECT
    form_table, value_status,
    count(*) AS cells,
    count(*) FILTER (WHERE value = 0) AS zeros,
    count(DISTINCT report_id) AS reports
FROM facts
JOIN codebook USING (row_code)
GROUP BY form_table, value_status
ORDER BY form_table, cells DESC, value_status;
