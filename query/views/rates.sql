-- Rates of one report, from its column 总计: each beside its denominator, null where a term is blank or missing
-- or the denominator is not above zero. With fewer than about ten closed requests a rate says little.
-- `x_rate` stands beside `x_denominator`. Users divide by what was closed (办结), the press often by what was
-- received.
CREATE VIEW rates AS
WITH of_natural_persons AS (
    SELECT report_id, req_received AS received_from_natural_persons
    FROM requests
    WHERE applicant_type = 'natural_person'
),

terms AS (
    SELECT
        requests.*,
        received_from_natural_persons,
        req_received + req_carried_in AS caseload,
        granted_full + granted_part + denied AS merits_closed,
        rec_total, rec_corrected, litd_total, litd_corrected, litr_total, litr_corrected,
        rec_total - rec_pending AS rec_decided,
        (litd_total - litd_pending) + (litr_total - litr_pending) AS lit_decided
    FROM requests
    LEFT JOIN of_natural_persons USING (report_id)
    LEFT JOIN disputes USING (report_id)
    WHERE applicant_type = 'total'
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition,
    share(req_closed, caseload) AS clearance_rate,
    caseload AS clearance_denominator,
    share(req_carried_out, caseload) AS backlog_rate,
    caseload AS backlog_denominator,
    share(granted_full, req_closed) AS full_grant_rate,
    req_closed AS full_grant_denominator,
    share(granted_part, req_closed) AS partial_grant_rate,
    req_closed AS partial_grant_denominator,
    share(granted_full + granted_part, req_closed) AS disclosure_rate,
    req_closed AS disclosure_denominator,
    share(denied, req_closed) AS denial_rate,
    req_closed AS denial_denominator,
    share(unable, req_closed) AS unable_rate,
    req_closed AS unable_denominator,
    share(una_not_held, req_closed) AS not_held_rate,
    req_closed AS not_held_denominator,
    share(not_processed, req_closed) AS refusal_to_process_rate,
    req_closed AS refusal_to_process_denominator,
    share(other, req_closed) AS other_disposition_rate,
    req_closed AS other_disposition_denominator,
    share(unable + not_processed + other, req_closed) AS nonmerits_rate,
    req_closed AS nonmerits_denominator,
    share(granted_full + granted_part, merits_closed) AS merits_disclosure_rate,
    merits_closed AS merits_disclosure_denominator,
    share(received_from_natural_persons, req_received) AS natural_person_share,
    req_received AS natural_person_denominator,
    share(rec_total, req_closed) AS reconsideration_rate,
    req_closed AS reconsideration_denominator,
    share(litd_total + litr_total, req_closed) AS litigation_rate,
    req_closed AS litigation_denominator,
    share(rec_total + litd_total, req_closed) AS dispute_rate,
    req_closed AS dispute_denominator,
    share(rec_corrected, rec_decided) AS reconsideration_correction_rate,
    rec_decided AS reconsideration_correction_denominator,
    share(litd_corrected + litr_corrected, lit_decided) AS litigation_correction_rate,
    lit_decided AS litigation_correction_denominator
FROM terms;
