-- What the text states against what the table prints. Input: checked_facts, told, and the tables of
-- load_text_checks. Steps, from cells to findings:

-- A row's count: its 总计, and where that is not a number the sum of the applicants.
CREATE OR REPLACE TEMP VIEW row_count AS
SELECT
    report_id,
    row_code,
    any_value(edition) AS edition,
    bool_or(value IS NULL AND NOT empty) AS unreadable,
    count(value) AS numbers,
    coalesce(
        max(value) FILTER (WHERE applicant_type = 'total'),
        sum(value) FILTER (WHERE applicant_type <> 'total'),
        0
    ) AS amount
FROM checked_facts
WHERE row_code IN (SELECT row_code FROM text_term)
GROUP BY report_id, row_code;

-- Counts that the text states in full: 无 is a count of 0 here and nowhere else, 约 and 余 compare with nothing.
CREATE OR REPLACE TEMP VIEW stated AS
SELECT report_id, number, text_code, published, coalesce(value, 0) AS amount
FROM checked_facts
JOIN text_check ON text_code = row_code
WHERE (value_status = 'number' AND unit NOT LIKE '万%') OR value_status = 'none_word';

-- The ways in which the table's rows can be added up to it, where all of them can be read.
CREATE OR REPLACE TEMP VIEW way_count AS
SELECT report_id, number, way, sum(amount) AS amount, string_agg(row_count.row_code, ' + ' ORDER BY row_count.row_code) AS rows_used
FROM row_count
JOIN text_term
    ON row_count.row_code = text_term.row_code
    AND (text_term.edition IS NULL OR text_term.edition = row_count.edition)
GROUP BY report_id, number, way, terms
HAVING count(*) = terms AND NOT bool_or(unreadable) AND sum(numbers) > 0;

CREATE OR REPLACE TEMP VIEW text_findings AS
WITH compared AS (
    SELECT
        report_id, number, text_code, published, stated.amount,
        bool_or(way_count.amount = stated.amount) AS agrees,
        string_agg(DISTINCT plain(way_count.amount), ' | ' ORDER BY plain(way_count.amount)) AS expected,
        string_agg(rows_used || ' = ' || plain(way_count.amount), '; ' ORDER BY way) AS rows_used
    FROM stated
    JOIN way_count USING (report_id, number)
    GROUP BY ALL
)

SELECT
    compared.report_id,
    text_check.check_id,
    text_check.severity,
    text_check.text_code AS row_code,
    'total' AS applicant_type,
    compared.expected,
    plain(compared.amount) AS found,
    text_check.attributed_to,
    concat_ws(
        '; ', 'table: ' || rows_used, 'text: ' || coalesce(told.evidence, published),
        'one file says both: a copy in another format, or a look at the page as it is shown, would decide'
    ) AS evidence,
    concat(
        message_zh, '：文中 ', plain(compared.amount), '，表中 ', compared.expected, ' | ',
        message_en, ': ', plain(compared.amount), ' in the text, ', compared.expected, ' in the table'
    ) AS message
FROM compared
JOIN text_check USING (number)
LEFT JOIN told ON (told.report_id, told.check_id, told.row_code)
    = (compared.report_id, 'stated_in_text', text_check.text_code)
WHERE NOT agrees;
