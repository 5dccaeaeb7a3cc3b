-- 怎样相加才不重复？只加末级行，再与所印总计对照。
-- How to add up without counting twice: leaves only, held against the printed total.
-- researcher
WITH outcome AS (
    SELECT
        report_id, agency_name, year,
        sum(value) FILTER (WHERE row_code <> 't3:3.7') AS sum_of_leaves,
        max(value) FILTER (WHERE row_code = 't3:3.7') AS printed_total
    FROM facts
    JOIN codebook USING (row_code)
    WHERE list_contains(editions, edition) AND applicant_type = 'total' AND row_code LIKE 't3:3.%'
    GROUP BY report_id, agency_name, year
)

SELECT agency_name, year, sum_of_leaves, printed_total, sum_of_leaves - printed_total AS difference
FROM outcome
ORDER BY abs(difference) DESC, agency_name, year;
