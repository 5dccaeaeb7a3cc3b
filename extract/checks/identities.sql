-- Every identity at every place, in every report. Input: checked_facts, and the tables of
-- load_identities. Steps, from cells to findings:

-- A number as people write it: 12, not 12.0.
CREATE OR REPLACE TEMP MACRO plain(x) AS printf('%.15g', x);

-- Reports and the form's cells by number: what follows joins millions of rows, and numbers join fastest.
CREATE OR REPLACE TEMP TABLE report_number AS
SELECT report_id, row_number() OVER () AS report
FROM (SELECT DISTINCT report_id FROM checked_facts);

-- First the plain case, which is by far the most frequent: all terms are numbers and both sides agree. What
-- follows looks only at reports with a table in which that is not so of every instance.
CREATE OR REPLACE TEMP TABLE report_to_look_at AS
WITH added_up AS (
    SELECT
        report,
        form,
        instance,
        count(value) AS terms_with_number,
        sum(value * (left_weight - right_weight)) AS difference
    FROM checked_facts
    JOIN report_number USING (report_id)
    JOIN form_cell USING (edition, row_code, applicant_type)
    LEFT JOIN identity_term USING (cell)
    GROUP BY report, form, instance
),

plain_case AS (
    SELECT
        added_up.report,
        added_up.form,
        count(*) FILTER (
            WHERE terms_with_number = terms AND difference <= tolerance AND (NOT is_sum OR -difference <= tolerance)
        ) AS holding
    FROM added_up
    LEFT JOIN identity_instance USING (instance)
    GROUP BY added_up.report, added_up.form
)

SELECT DISTINCT report_number.report, report_id
FROM plain_case
JOIN report_number USING (report)
JOIN (SELECT form, count(*) AS instances FROM identity_instance GROUP BY form) USING (form)
WHERE holding < instances;

CREATE OR REPLACE TEMP TABLE cell_read AS
SELECT report, cell, form, value, value_status, value IS NULL AND NOT empty AS unreadable
FROM checked_facts
JOIN report_to_look_at USING (report_id)
JOIN form_cell USING (edition, row_code, applicant_type);

-- Both sides added up: a term's weights are 1 on its own side and 0 on the other, which is much faster than
-- two sums with a FILTER. A cell without a number adds nothing.
CREATE OR REPLACE TEMP TABLE identity_sum AS
SELECT
    report,
    instance,
    count(*) AS terms_found,
    count(value) AS terms_with_number,
    bool_or(unreadable) AS has_unreadable,
    bool_or(is_total AND value IS NULL) AS total_without_number,
    bool_and(is_left OR value IS NULL) AS parts_without_number,
    bool_and(NOT is_left OR value IS NULL) AS left_without_number,
    max(CASE WHEN is_total THEN value_status END) AS total_status,
    coalesce(sum(value * left_weight), 0) AS left_sum,
    coalesce(sum(value * right_weight), 0) AS right_sum
FROM cell_read
JOIN identity_term USING (cell)
GROUP BY report, instance;

-- One outcome for each instance in each table that was read at all: an instance of which nothing was found
-- is unverifiable, not absent.
CREATE OR REPLACE TEMP TABLE identity_failure AS
SELECT
    table_read.report,
    instance,
    left_sum,
    right_sum,
    CASE WHEN left_without_number THEN total_status ELSE plain(left_sum) END AS left_found,
    CASE
        WHEN terms_found IS DISTINCT FROM terms OR has_unreadable THEN 'unverifiable'
        WHEN terms_with_number = 0 THEN 'empty'
        WHEN NOT is_sum AND terms_with_number < terms THEN 'empty'
        WHEN left_sum - right_sum > tolerance THEN 'broken'
        WHEN NOT is_sum THEN 'holds'
        WHEN right_sum - left_sum > tolerance THEN 'broken'
        WHEN total_without_number THEN 'total_blank'
        WHEN parts_without_number THEN 'parts_blank'
        ELSE 'holds'
    END AS outcome
FROM (SELECT DISTINCT report, form FROM cell_read) AS table_read
JOIN identity_instance USING (form)
LEFT JOIN identity_sum USING (report, instance)
WHERE outcome NOT IN ('holds', 'empty');

-- What stands in the cells of the instances that did not hold, for a person to read.
CREATE OR REPLACE TEMP VIEW identity_evidence AS
WITH term AS (
    SELECT
        failure.report,
        failure.instance,
        identity_term.is_left,
        identity_term.position,
        form_cell.row_code || ' ' || form_cell.applicant_type AS name,
        coalesce(plain(cell_read.value), cell_read.value_status, 'missing') AS content,
        cell_read.cell IS NULL AS missing,
        cell_read.unreadable,
        cell_read.value IS NULL AND NOT cell_read.unreadable AS read_as_zero
    FROM identity_failure AS failure
    JOIN identity_term USING (instance)
    JOIN form_cell USING (cell)
    LEFT JOIN cell_read ON cell_read.report = failure.report AND cell_read.cell = identity_term.cell
)
SELECT
    report,
    instance,
    string_agg(concat(name, ' (', content, ')'), ' + ' ORDER BY position) FILTER (WHERE is_left) AS left_text,
    string_agg(concat(name, ' (', content, ')'), ' + ' ORDER BY position) FILTER (WHERE NOT is_left)
        AS right_text,
    string_agg(name, ', ' ORDER BY is_left DESC, position) FILTER (WHERE read_as_zero) AS read_as_zero,
    string_agg(name, ', ' ORDER BY is_left DESC, position) FILTER (WHERE missing) AS missing,
    string_agg(name, ', ' ORDER BY is_left DESC, position) FILTER (WHERE unreadable) AS unreadable
FROM term
GROUP BY report, instance;

CREATE OR REPLACE TEMP VIEW identity_findings AS
SELECT
    report_number.report_id,
    CASE outcome
        WHEN 'broken' THEN identity_id
        WHEN 'unverifiable' THEN 'identity_unverifiable'
        ELSE outcome
    END AS check_id,
    CASE outcome WHEN 'broken' THEN identity.severity ELSE 'info' END AS severity,
    identity.row_code,
    identity.applicant_type,
    CASE outcome
        WHEN 'broken' THEN if(is_sum, '', '<= ') || plain(right_sum)
        WHEN 'total_blank' THEN plain(right_sum)
    END AS expected,
    CASE outcome
        WHEN 'broken' THEN left_found
        WHEN 'parts_blank' THEN plain(left_sum)
    END AS found,
    CASE outcome WHEN 'broken' THEN coalesce(told.attributed_to, identity.attributed_to) ELSE 'undecided' END
        AS attributed_to,
    concat_ws(
        '; ',
        identity_id || ': ' || left_text || if(is_sum, ' = ', ' <= ') || right_text,
        'difference ' || CASE outcome WHEN 'broken' THEN plain(left_sum - right_sum) END,
        'read as 0 for this check only: ' || read_as_zero,
        'missing: ' || missing,
        'unreadable: ' || unreadable,
        CASE outcome WHEN 'broken' THEN told.evidence END
    ) AS evidence,
    CASE outcome
        WHEN 'broken' THEN
            concat(
                message_zh, '：', left_found, if(is_sum, ' ≠ ', ' > '), plain(right_sum),
                '，差 ', plain(left_sum - right_sum), ' | ',
                message_en, ': ', left_found, if(is_sum, ' ≠ ', ' > '), plain(right_sum),
                ', difference ', plain(left_sum - right_sum)
            )
        WHEN 'total_blank' THEN
            concat(
                '总计未填，', identity_id, ' 未能核对 | the total is blank, ', identity_id, ' was not checked'
            )
        WHEN 'parts_blank' THEN
            concat(
                '各项均未填，', identity_id, ' 未能核对 | the parts are blank, ', identity_id, ' was not checked'
            )
        ELSE
            concat(
                '单元格缺失或不可读，', identity_id, ' 无法核对 | cells are missing or unreadable, ',
                identity_id, ' cannot be checked'
            )
    END AS message
FROM identity_failure
JOIN identity_instance AS identity USING (instance)
JOIN identity_evidence USING (report, instance)
JOIN report_number USING (report)
LEFT JOIN told ON (told.report_id, told.check_id, told.row_code, told.applicant_type)
    = (report_number.report_id, identity.identity_id, identity.row_code, identity.applicant_type);

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
