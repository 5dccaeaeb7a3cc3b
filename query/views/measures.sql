-- The same rates row by row: one row a report and measure, with what is divided by what. A part that is unknown
-- leaves no row.
CREATE VIEW measures AS
WITH measure AS (
    FROM (VALUES
        ('clearance'), ('backlog'), ('full_grant'), ('partial_grant'), ('disclosure'), ('denial'),
        ('unable'), ('not_held'), ('refusal_to_process'), ('other_disposition'), ('nonmerits'),
        ('merits_disclosure'), ('natural_person'), ('reconsideration'), ('litigation'), ('dispute'),
        ('reconsideration_correction'), ('litigation_correction')
    ) AS named (measure)
),

-- A product and not a list to unnest: who asks for one measure has the others left out before the product.
listed AS (
    SELECT
        report_id, agency_id, agency_name, region_code, year, edition, measure,
        CASE measure
            WHEN 'clearance' THEN closed
            WHEN 'backlog' THEN carried_out
            WHEN 'full_grant' THEN granted_full
            WHEN 'partial_grant' THEN granted_part
            WHEN 'disclosure' THEN disclosed
            WHEN 'denial' THEN denied
            WHEN 'unable' THEN unable
            WHEN 'not_held' THEN not_held
            WHEN 'refusal_to_process' THEN not_processed
            WHEN 'other_disposition' THEN other
            WHEN 'nonmerits' THEN nonmerits
            WHEN 'merits_disclosure' THEN disclosed
            WHEN 'natural_person' THEN received_from_natural_persons
            WHEN 'reconsideration' THEN rec_total
            WHEN 'litigation' THEN lit_total
            WHEN 'dispute' THEN disputes
            WHEN 'reconsideration_correction' THEN rec_corrected
            WHEN 'litigation_correction' THEN lit_corrected
        END AS numerator,
        CASE measure
            WHEN 'clearance' THEN caseload
            WHEN 'backlog' THEN caseload
            WHEN 'full_grant' THEN closed
            WHEN 'partial_grant' THEN closed
            WHEN 'disclosure' THEN closed
            WHEN 'denial' THEN closed
            WHEN 'unable' THEN closed
            WHEN 'not_held' THEN closed
            WHEN 'refusal_to_process' THEN closed
            WHEN 'other_disposition' THEN closed
            WHEN 'nonmerits' THEN closed
            WHEN 'merits_disclosure' THEN merits_closed
            WHEN 'natural_person' THEN received
            WHEN 'reconsideration' THEN closed
            WHEN 'litigation' THEN closed
            WHEN 'dispute' THEN closed
            WHEN 'reconsideration_correction' THEN rec_decided
            WHEN 'litigation_correction' THEN lit_decided
        END AS denominator,
        cells_doubted
    FROM rate_terms
    CROSS JOIN measure
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition, measure, numerator, denominator,
    share(numerator, denominator) AS rate,
    denominator < small_denominator() AS small_denominator,
    cells_doubted
FROM listed
WHERE numerator IS NOT NULL AND denominator IS NOT NULL;

-- The same with a switch, FROM rates_of(minimum := 30): of a denominator below the minimum only the parts, no rate.
CREATE MACRO rates_of(minimum := 10) AS TABLE
SELECT
    measures.* EXCLUDE (rate, small_denominator),
    CASE WHEN denominator >= minimum THEN rate END AS rate,
    denominator < minimum AS small_denominator
FROM measures;
