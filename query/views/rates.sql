-- Rates of one report, from its column 总计: each beside its denominator, null where a term is blank or missing
-- or the denominator is not above zero. With fewer than about ten closed requests a rate says little: see
-- rates_of(minimum := 10), which gives them row by row and leaves out those of a small denominator.
-- `x_rate` stands beside `x_denominator`. Users divide by what was closed (办结), the press often by what was
-- received.
CREATE VIEW rates AS
SELECT
    report_id, agency_id, agency_name, region_code, year, edition,
    share(closed, caseload) AS clearance_rate,
    caseload AS clearance_denominator,
    share(carried_out, caseload) AS backlog_rate,
    caseload AS backlog_denominator,
    share(granted_full, closed) AS full_grant_rate,
    closed AS full_grant_denominator,
    share(granted_part, closed) AS partial_grant_rate,
    closed AS partial_grant_denominator,
    share(disclosed, closed) AS disclosure_rate,
    closed AS disclosure_denominator,
    share(denied, closed) AS denial_rate,
    closed AS denial_denominator,
    share(unable, closed) AS unable_rate,
    closed AS unable_denominator,
    share(not_held, closed) AS not_held_rate,
    closed AS not_held_denominator,
    share(not_processed, closed) AS refusal_to_process_rate,
    closed AS refusal_to_process_denominator,
    share(other, closed) AS other_disposition_rate,
    closed AS other_disposition_denominator,
    share(nonmerits, closed) AS nonmerits_rate,
    closed AS nonmerits_denominator,
    share(disclosed, merits_closed) AS merits_disclosure_rate,
    merits_closed AS merits_disclosure_denominator,
    share(received_from_natural_persons, received) AS natural_person_rate,
    received AS natural_person_denominator,
    share(rec_total, closed) AS reconsideration_rate,
    closed AS reconsideration_denominator,
    share(lit_total, closed) AS litigation_rate,
    closed AS litigation_denominator,
    share(disputes, closed) AS dispute_rate,
    closed AS dispute_denominator,
    share(rec_corrected, rec_decided) AS reconsideration_correction_rate,
    rec_decided AS reconsideration_correction_denominator,
    share(lit_corrected, lit_decided) AS litigation_correction_rate,
    lit_decided AS litigation_correction_denominator,
    cells_doubted
FROM rate_terms;
