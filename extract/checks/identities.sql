-- Every identity at every place, in every report. Input: checked_facts, and the four tables of
-- load_identities. Steps, from cells to findings:

-- A number as people write it: 12, not 12.0.
CREATE OR REPLACE TEMP MACRO plain(x) AS printf('%.15g', x);

-- One row a report and table that has cells at all: where an identity can be expected to be checkable.
CREATE OR REPLACE TEMP TABLE table_read AS
SELECT DISTINCT report_id, edition, split_part(row_code, ':', 1) AS form_table
FROM checked_facts;

-- Both sides added up. A cell without a number adds nothing, and is counted.
CREATE OR REPLACE TEMP TABLE identity_sum AS
SELECT
    report_id,
    instance,
    count(*) AS terms_found,
    count(value) AS terms_with_number,
    count(*) FILTER (WHERE value IS NULL AND NOT empty) AS terms_unreadable,
    bool_or(is_total AND value IS NULL) AS total_without_number,
    coalesce(sum(value) FILTER (WHERE is_left), 0) AS left_sum,
    coalesce(sum(value) FILTER (WHERE NOT is_left), 0) AS right_sum
FROM checked_facts
JOIN identity_term USING (edition, row_code, applicant_type)
GROUP BY report_id, instance;

-- One outcome for each instance of each table that was read: an instance of which nothing was found
-- is unverifiable, not absent.
CREATE OR REPLACE TEMP TABLE identity_outcome AS
SELECT
    table_read.report_id,
    identity_instance.*,
    coalesce(terms_found, 0) AS terms_found,
    left_sum,
    right_sum,
    CASE
        WHEN coalesce(terms_found, 0) <> terms OR terms_unreadable > 0 THEN 'unverifiable'
        WHEN terms_with_number = 0 THEN 'empty'
        WHEN total_without_number THEN 'total_blank'
        WHEN abs(left_sum - right_sum) > tolerance THEN 'broken'
        ELSE 'holds'
    END AS outcome
FROM table_read
JOIN identity_instance USING (edition, form_table)
LEFT JOIN identity_sum
    ON identity_sum.report_id = table_read.report_id
    AND identity_sum.instance = identity_instance.instance;

-- What stands in the cells of the instances that did not hold, for a person to read.
CREATE OR REPLACE TEMP VIEW identity_evidence AS
SELECT
    outcome.report_id,
    outcome.instance,
    string_agg(cell, ' + ' ORDER BY identity_term.position) FILTER (WHERE is_left) AS left_text,
    string_agg(cell, ' + ' ORDER BY identity_term.position) FILTER (WHERE NOT is_left) AS right_text,
    string_agg(name, ', ' ORDER BY is_left DESC, identity_term.position)
        FILTER (WHERE empty) AS read_as_zero,
    string_agg(name, ', ' ORDER BY is_left DESC, identity_term.position)
        FILTER (WHERE value_status IS NULL) AS missing,
    string_agg(name, ', ' ORDER BY is_left DESC, identity_term.position)
        FILTER (WHERE value IS NULL AND NOT empty) AS unreadable
FROM identity_outcome AS outcome
JOIN identity_term USING (instance)
LEFT JOIN checked_facts AS fact
    ON fact.report_id = outcome.report_id
    AND fact.edition = identity_term.edition
    AND fact.row_code = identity_term.row_code
    AND fact.applicant_type = identity_term.applicant_type
CROSS JOIN LATERAL (
    SELECT identity_term.row_code || ' ' || identity_term.applicant_type AS name
)
CROSS JOIN LATERAL (
    SELECT name || ' (' || coalesce(plain(value), value_status, 'missing') || ')' AS cell
)
WHERE outcome.outcome NOT IN ('holds', 'empty')
GROUP BY outcome.report_id, outcome.instance;

CREATE OR REPLACE TEMP VIEW identity_findings AS
SELECT
    report_id,
    CASE outcome
        WHEN 'broken' THEN identity_id
        WHEN 'total_blank' THEN 'total_blank'
        ELSE 'identity_unverifiable'
    END AS check_id,
    CASE outcome WHEN 'broken' THEN severity ELSE 'info' END AS severity,
    row_code,
    applicant_type,
    CASE outcome
        WHEN 'broken' THEN plain(right_sum)
        WHEN 'total_blank' THEN plain(right_sum)
    END AS expected,
    CASE outcome
        WHEN 'broken' THEN plain(left_sum)
    END AS found,
    attributed_to,
    concat_ws(
        '; ',
        identity_id || ': ' || left_text || ' = ' || right_text,
        'difference ' || CASE outcome WHEN 'broken' THEN plain(left_sum - right_sum) END,
        'read as 0 for this check only: ' || read_as_zero,
        'missing: ' || missing,
        'unreadable: ' || unreadable
    ) AS evidence,
    CASE outcome
        WHEN 'broken' THEN
            concat(
                message_zh, '：', plain(left_sum), ' ≠ ', plain(right_sum),
                '，差 ', plain(left_sum - right_sum), ' | ',
                message_en, ': ', plain(left_sum), ' ≠ ', plain(right_sum),
                ', difference ', plain(left_sum - right_sum)
            )
        WHEN 'total_blank' THEN
            concat(
                '总计未填，', identity_id, ' 未能核对 | the total is blank, ', identity_id, ' was not checked'
            )
        ELSE
            concat(
                '单元格缺失或不可读，', identity_id, ' 无法核对 | cells are missing or unreadable, ',
                identity_id, ' cannot be checked'
            )
    END AS message
FROM identity_outcome
JOIN identity_evidence USING (report_id, instance)
WHERE outcome NOT IN ('holds', 'empty');

-- A5: only a net change may be negative, only an amount may have decimals.
CREATE OR REPLACE TEMP VIEW range_findings AS
SELECT
    report_id,
    identity_id AS check_id,
    severity,
    row_code,
    applicant_type,
    CASE
        WHEN whole AND signed THEN 'integer'
        WHEN whole THEN 'integer >= 0'
        ELSE 'number >= 0'
    END AS expected,
    published AS found,
    attributed_to,
    concat(identity_id, ': ', row_code, ' ', applicant_type, ' = ', plain(value)) AS evidence,
    concat(message_zh, '：', published, ' | ', message_en, ': ', published) AS message
FROM checked_facts
JOIN row_kind USING (row_code)
JOIN range_check USING (edition)
WHERE (value < 0 AND NOT signed) OR (whole AND value <> floor(value));
