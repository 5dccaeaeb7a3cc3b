-- A government beside the agencies that its figures are compiled from. Input: known_facts, members, and the
-- tables of check_across. C1 measures how far the agencies have been found, and is no error by itself.

CREATE OR REPLACE TEMP VIEW level_findings AS
WITH cell AS (
    SELECT agency_id, year, report_id, row_code, applicant_type, value
    FROM known_facts
    WHERE value IS NOT NULL AND applicant_type = 'total' AND row_code IN (SELECT row_code FROM level_check)
),

compared AS (
    SELECT
        whole.report_id,
        whole.year,
        whole.row_code,
        whole.applicant_type,
        whole.value AS whole,
        count(*) AS agencies_found,
        sum(part.value) AS sum_of_parts,
        max(part.value) AS greatest,
        arg_max(part.agency_id, (part.value, part.agency_id)) AS greatest_agency
    FROM cell AS whole
    JOIN members ON members.government_id = whole.agency_id
    JOIN cell AS part
        ON part.agency_id = members.agency_id
        AND part.year = whole.year
        AND part.row_code = whole.row_code
        AND part.applicant_type = whole.applicant_type
    GROUP BY ALL
)

SELECT
    report_id,
    check_id,
    severity,
    row_code,
    applicant_type,
    '>= ' || plain(if(kind = 'below_a_member', greatest, sum_of_parts)) AS expected,
    plain(whole) AS found,
    attributed_to,
    concat(
        check_id, ': ', row_code, ' of the government ', plain(whole), ', of ', greatest_agency, ' ', plain(greatest),
        ', sum of ', agencies_found, ' agencies found ', plain(sum_of_parts),
        '; how many there are: view government_and_departments'
    ) AS evidence,
    concat(
        message_zh, '：', plain(whole), ' < ', plain(if(kind = 'below_a_member', greatest, sum_of_parts)), ' | ',
        message_en, ': ', plain(whole), ' < ', plain(if(kind = 'below_a_member', greatest, sum_of_parts))
    ) AS message
FROM compared
JOIN level_check USING (row_code)
WHERE (kind = 'below_a_member' AND greatest > whole) OR (kind = 'below_the_sum' AND sum_of_parts > whole);

-- C2: whoever is below the level of a prefecture. Codes of prefectures and provinces end in 00; what lies below a
-- place has its name after a dot.
CREATE OR REPLACE TEMP VIEW power_findings AS
SELECT
    report_id,
    check_id,
    severity,
    row_code,
    applicant_type,
    '0' AS expected,
    plain(value) AS found,
    attributed_to,
    concat(check_id, ': ', agency_id, ' ', row_code, ' = ', plain(value)) AS evidence,
    concat(message_zh, '：', plain(value), ' | ', message_en, ': ', plain(value)) AS message
FROM known_facts
JOIN level_check USING (row_code)
WHERE kind = 'none_below_prefecture'
    AND value > 0
    AND NOT regexp_full_match(split_part(agency_id, ':', 1), '[0-9]{4}00');
