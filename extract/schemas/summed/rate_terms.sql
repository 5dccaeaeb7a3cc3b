-- What the rates are made of: one row a report, from its column 总计. A group that the form prints no value for is the
-- sum of its parts, and null where one of them is blank or missing. Which rows make up a term in which edition,
-- rate_terms.csv and the codebook say.
-- The cells by the terms they count in. Short names: they are compared millions of
-- times, and twelve characters are as fast as a number.
WITH role AS (
    FROM (VALUES
        {roles}
    ) AS named (row_code, applicant_type, role, of_requests)
),

-- CASE and not FILTER: a third of the time over so many columns.
printed AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(region_code) AS region_code,
        max(edition) FILTER (WHERE of_requests) AS edition,
        bool_or(of_requests) AS has_requests,
        {printed},
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
    FROM {facts}
    JOIN role USING (row_code, applicant_type)
    GROUP BY report_id, agency_id, year
),

term AS (
    SELECT
        report_id, agency_id, agency_name, region_code, year, edition, has_requests, cells_doubted,
        {terms}
    FROM printed
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition,
    received, received_from_natural_persons, carried_in,
    received + carried_in AS caseload,
    closed, carried_out, granted_full, granted_part,
    granted_full + granted_part AS disclosed,
    denied,
    granted_full + granted_part + denied AS merits_closed,
    unable, not_held, not_processed, other,
    unable + not_processed + other AS nonmerits,
    rec_total,
    litd_total + litr_total AS lit_total,
    -- Suits after reconsideration are counted in the reconsiderations already.
    rec_total + litd_total AS disputes,
    rec_corrected,
    rec_total - rec_pending AS rec_decided,
    litd_corrected + litr_corrected AS lit_corrected,
    (litd_total - litd_pending) + (litr_total - litr_pending) AS lit_decided,
    cells_doubted
FROM term
WHERE has_requests
