-- Table three: one row a report and applicant type, the outcomes as columns named by the codebook.
-- A group that the form prints no value for (不予公开, 无法提供, 不予处理; 其他处理 from 2021 on) is the sum of
-- its parts, and null where a part is blank or missing: a blank is never counted as 0.
CREATE VIEW requests AS
WITH printed AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(region_code) AS region_code,
        any_value(edition) AS edition,
        applicant_type,
        count(*) - count(value) AS cells_without_number,
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted,
        max(CASE WHEN row_code = 't3:1' THEN value END) AS req_received,
        max(CASE WHEN row_code = 't3:2' THEN value END) AS req_carried_in,
        max(CASE WHEN row_code = 't3:3.1' THEN value END) AS granted_full,
        max(CASE WHEN row_code = 't3:3.2' THEN value END) AS granted_part,
        max(CASE WHEN row_code = 't3:3.3.1' THEN value END) AS den_state_secret,
        max(CASE WHEN row_code = 't3:3.3.2' THEN value END) AS den_other_law,
        max(CASE WHEN row_code = 't3:3.3.3' THEN value END) AS den_security_stability,
        max(CASE WHEN row_code = 't3:3.3.4' THEN value END) AS den_third_party,
        max(CASE WHEN row_code = 't3:3.3.5' THEN value END) AS den_internal_affairs,
        max(CASE WHEN row_code = 't3:3.3.6' THEN value END) AS den_deliberative,
        max(CASE WHEN row_code = 't3:3.3.7' THEN value END) AS den_enforcement_file,
        max(CASE WHEN row_code = 't3:3.3.8' THEN value END) AS den_separate_regime,
        max(CASE WHEN row_code = 't3:3.4.1' THEN value END) AS una_not_held,
        max(CASE WHEN row_code = 't3:3.4.2' THEN value END) AS una_must_create,
        max(CASE WHEN row_code = 't3:3.4.3' THEN value END) AS una_unclear,
        max(CASE WHEN row_code = 't3:3.5.1' THEN value END) AS npr_petition,
        max(CASE WHEN row_code = 't3:3.5.2' THEN value END) AS npr_repeat,
        max(CASE WHEN row_code = 't3:3.5.3' THEN value END) AS npr_publication,
        max(CASE WHEN row_code = 't3:3.5.4' THEN value END) AS npr_vexatious,
        max(CASE WHEN row_code = 't3:3.5.5' THEN value END) AS npr_reissue,
        max(CASE WHEN row_code = 't3:3.6' THEN value END) AS other_printed,
        max(CASE WHEN row_code = 't3:3.6.1' THEN value END) AS oth_no_correction,
        max(CASE WHEN row_code = 't3:3.6.2' THEN value END) AS oth_fee_unpaid,
        max(CASE WHEN row_code = 't3:3.6.3' THEN value END) AS oth_other,
        max(CASE WHEN row_code = 't3:3.7' THEN value END) AS req_closed,
        max(CASE WHEN row_code = 't3:4' THEN value END) AS req_carried_out
    FROM facts
    WHERE row_code LIKE 't3:%'
    GROUP BY report_id, agency_id, year, applicant_type
),

grouped AS (
    SELECT
        *,
        den_state_secret + den_other_law + den_security_stability + den_third_party
            + den_internal_affairs + den_deliberative + den_enforcement_file + den_separate_regime AS denied,
        una_not_held + una_must_create + una_unclear AS unable,
        npr_petition + npr_repeat + npr_publication + npr_vexatious + npr_reissue AS not_processed,
        oth_no_correction + oth_fee_unpaid + oth_other AS other_added_up
    FROM printed
),

one_other AS (
    SELECT
        *,
        CASE edition WHEN 'e2019' THEN other_printed ELSE other_added_up END AS other,
        CASE edition WHEN 'e2019' THEN 'printed' ELSE 'sum of 3.6.1 to 3.6.3' END AS other_comes_from
    FROM grouped
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition, applicant_type,
    req_received, req_carried_in,
    granted_full, granted_part,
    denied, den_state_secret, den_other_law, den_security_stability, den_third_party,
    den_internal_affairs, den_deliberative, den_enforcement_file, den_separate_regime,
    unable, una_not_held, una_must_create, una_unclear,
    not_processed, npr_petition, npr_repeat, npr_publication, npr_vexatious, npr_reissue,
    other, other_comes_from, oth_no_correction, oth_fee_unpaid, oth_other,
    req_closed, req_carried_out, cells_without_number, cells_doubted
FROM one_other;
