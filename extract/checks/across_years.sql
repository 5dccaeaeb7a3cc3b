-- Reports of one agency in two years running. Input: known_facts, and the tables of check_across. Steps, from
-- cells to findings:

-- A number as people write it: 12, not 12.0.
CREATE OR REPLACE TEMP MACRO plain(x) AS printf('%.15g', x);

CREATE OR REPLACE TEMP TABLE linked_cell AS
SELECT agency_id, year, report_id, row_code, applicant_type, edition, value
FROM known_facts
SEMI JOIN year_term USING (edition, row_code, applicant_type)
WHERE value IS NOT NULL;

-- Both sides added up, for the later of the two years, where every term is a number.
CREATE OR REPLACE TEMP TABLE year_failure AS
WITH added_up AS (
    SELECT
        agency_id,
        linked_cell.year + earlier AS later_year,
        instance,
        count(*) AS terms_found,
        max(CASE WHEN earlier = 0 THEN report_id END) AS report_id,
        max(CASE WHEN earlier = 1 THEN report_id END) AS earlier_report_id,
        sum(CASE WHEN is_left THEN value * sign ELSE 0 END) AS left_sum,
        sum(CASE WHEN is_left THEN 0 ELSE value * sign END) AS right_sum
    FROM linked_cell
    JOIN year_term USING (edition, row_code, applicant_type)
    GROUP BY agency_id, later_year, instance
)

SELECT agency_id, later_year, instance, report_id, earlier_report_id, left_sum, right_sum
FROM added_up
JOIN year_instance USING (instance)
WHERE terms_found = terms
    AND CASE kind
        WHEN 'equal' THEN abs(left_sum - right_sum) > tolerance
        WHEN 'at_least' THEN right_sum - left_sum > tolerance
        ELSE false
    END;

-- What stands in the cells of both reports, for a person to read.
CREATE OR REPLACE TEMP VIEW year_evidence AS
SELECT
    failure.agency_id,
    failure.later_year,
    failure.instance,
    string_agg(
        concat(if(sign < 0, '- ', ''), linked_cell.year, ' ', linked_cell.row_code, ' (', plain(value), ')'),
        ', ' ORDER BY is_left DESC, position
    ) AS cells
FROM year_failure AS failure
JOIN year_term USING (instance)
JOIN linked_cell
    ON linked_cell.agency_id = failure.agency_id
    AND linked_cell.year = failure.later_year - year_term.earlier
    AND linked_cell.edition = year_term.edition
    AND linked_cell.row_code = year_term.row_code
    AND linked_cell.applicant_type = year_term.applicant_type
GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW year_findings AS
SELECT
    report_id,
    check_id,
    severity,
    row_code,
    applicant_type,
    if(kind = 'equal', '', '>= ') || plain(right_sum) AS expected,
    plain(left_sum) AS found,
    attributed_to,
    concat_ws('; ', check_id || ': ' || cells, 'the report before: ' || earlier_report_id) AS evidence,
    concat(
        message_zh, '：', later_year, ' 年 ', plain(left_sum), if(kind = 'equal', ' ≠ ', ' < '), plain(right_sum),
        ' | ',
        message_en, ': ', plain(left_sum), ' in ', later_year, if(kind = 'equal', ', not ', ', less than '),
        plain(right_sum)
    ) AS message
FROM year_failure
JOIN year_instance USING (instance)
JOIN year_evidence USING (agency_id, later_year, instance);

-- A table in which nothing has moved since the year before: the order of the cells does not matter to the sum.
CREATE OR REPLACE TEMP VIEW copied_findings AS
WITH whole_table AS (
    SELECT
        known_facts.agency_id,
        known_facts.year,
        known_facts.edition,
        instance,
        any_value(known_facts.report_id) AS report_id,
        count(*) AS cells,
        count(*) FILTER (WHERE value <> 0) AS cells_above_zero,
        sum(hash(known_facts.row_code, known_facts.applicant_type, value, value_status)::HUGEINT) AS content,
        max(value) FILTER (
            WHERE known_facts.row_code = year_instance.row_code
                AND known_facts.applicant_type = year_instance.applicant_type
        ) AS measure
    FROM known_facts
    JOIN year_instance
        ON kind = 'same_table' AND split_part(known_facts.row_code, ':', 1) = split_part(year_instance.row_code, ':', 1)
    WHERE known_facts.edition IN (SELECT edition FROM year_term WHERE year_term.instance = year_instance.instance)
    GROUP BY known_facts.agency_id, known_facts.year, known_facts.edition, instance
)

SELECT
    later.report_id,
    check_id,
    if(later.measure >= few_requests(), severity, 'info') AS severity,
    row_code,
    applicant_type,
    NULL::VARCHAR AS expected,
    plain(later.measure) AS found,
    attributed_to,
    concat_ws(
        '; ',
        concat(check_id, ': ', later.cells, ' cells alike in ', earlier.year, ' and ', later.year, ', ',
            later.cells_above_zero, ' of them not 0'),
        'the report before: ' || earlier.report_id, 'a look at both pages as they are shown would decide'
    ) AS evidence,
    concat(message_zh, '（', earlier.year, '、', later.year, ' 年） | ', message_en, ' (', earlier.year, ', ',
        later.year, ')') AS message
FROM whole_table AS later
JOIN whole_table AS earlier
    ON later.agency_id = earlier.agency_id AND later.year = earlier.year + 1
    AND later.instance = earlier.instance AND later.edition = earlier.edition
    AND later.cells = earlier.cells AND later.content = earlier.content
JOIN year_instance ON year_instance.instance = later.instance
WHERE later.cells_above_zero > 0;

-- A text in which nothing has moved but the years it names; with few requests there is little to tell anew.
CREATE OR REPLACE TEMP VIEW copied_text_findings AS
SELECT
    later.report_id,
    check_id,
    if(received >= few_requests(), severity, 'info') AS severity,
    NULL::VARCHAR AS row_code,
    NULL::VARCHAR AS applicant_type,
    NULL::VARCHAR AS expected,
    NULL::VARCHAR AS found,
    attributed_to,
    concat_ws(
        '; ', 'the report before: ' || earlier.report_id, 'a look at both pages as they are shown would decide'
    ) AS evidence,
    concat(message_zh, '（', earlier.year, '、', later.year, ' 年） | ', message_en, ' (', earlier.year, ', ',
        later.year, ')') AS message
FROM known_texts AS later
JOIN known_texts AS earlier
    ON later.agency_id = earlier.agency_id AND later.year = earlier.year + 1
    AND later.text_hash = earlier.text_hash
JOIN year_instance ON kind = 'same_text'
LEFT JOIN (
    SELECT report_id, any_value(value) AS received FROM known_facts
    WHERE row_code = 't3:1' AND applicant_type = 'total'
    GROUP BY report_id
) AS requests ON requests.report_id = later.report_id;
