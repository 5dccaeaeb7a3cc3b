-- What the rates are made of: one row a report, from its column 总计. A group that the form prints no value for is the
-- sum of its parts, and null where one of them is blank or missing. Which rows make up a term in which edition,
-- rate_terms.csv and the codebook say.
-- A build has them summed (extract/schemas/summed/rate_terms.sql); without one they are summed here.
CREATE VIEW rate_terms AS
SELECT
    report_id, agency_id, agency_name, region_code, year, edition, received, received_from_natural_persons,
    carried_in, caseload, closed, carried_out, granted_full, granted_part, disclosed, denied, merits_closed, unable,
    not_held, not_processed, other, nonmerits, rec_total, lit_total, disputes, rec_corrected, rec_decided,
    lit_corrected, lit_decided, cells_doubted
FROM stored.rate_terms;
