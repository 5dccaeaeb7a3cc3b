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
        max(value) FILTER (WHERE row_code = 't3:1') AS req_received,
        max(value) FILTER (WHERE row_code = 't3:2') AS req_carried_in,
        max(value) FILTER (WHERE row_code = 't3:3.1') AS granted_full,
        max(value) FILTER (WHERE row_code = 't3:3.2') AS granted_part,
        max(value) FILTER (WHERE row_code = 't3:3.3.1') AS den_state_secret,
        max(value) FILTER (WHERE row_code = 't3:3.3.2') AS den_other_law,
        max(value) FILTER (WHERE row_code = 't3:3.3.3') AS den_security_stability,
        max(value) FILTER (WHERE row_code = 't3:3.3.4') AS den_third_party,
        max(value) FILTER (WHERE row_code = 't3:3.3.5') AS den_internal_affairs,
        max(value) FILTER (WHERE row_code = 't3:3.3.6') AS den_deliberative,
        max(value) FILTER (WHERE row_code = 't3:3.3.7') AS den_enforcement_file,
        max(value) FILTER (WHERE row_code = 't3:3.3.8') AS den_separate_regime,
        max(value) FILTER (WHERE row_code = 't3:3.4.1') AS una_not_held,
        max(value) FILTER (WHERE row_code = 't3:3.4.2') AS una_must_create,
        max(value) FILTER (WHERE row_code = 't3:3.4.3') AS una_unclear,
        max(value) FILTER (WHERE row_code = 't3:3.5.1') AS npr_petition,
        max(value) FILTER (WHERE row_code = 't3:3.5.2') AS npr_repeat,
        max(value) FILTER (WHERE row_code = 't3:3.5.3') AS npr_publication,
        max(value) FILTER (WHERE row_code = 't3:3.5.4') AS npr_vexatious,
        max(value) FILTER (WHERE row_code = 't3:3.5.5') AS npr_reissue,
        max(value) FILTER (WHERE row_code = 't3:3.6') AS other_printed,
        max(value) FILTER (WHERE row_code = 't3:3.6.1') AS oth_no_correction,
        max(value) FILTER (WHERE row_code = 't3:3.6.2') AS oth_fee_unpaid,
        max(value) FILTER (WHERE row_code = 't3:3.6.3') AS oth_other,
        max(value) FILTER (WHERE row_code = 't3:3.7') AS req_closed,
        max(value) FILTER (WHERE row_code = 't3:4') AS req_carried_out
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
    req_closed, req_carried_out, cells_without_number
FROM one_other;
