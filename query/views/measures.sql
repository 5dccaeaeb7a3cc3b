-- The same rates row by row: one row a report and measure, with what is divided by what. A part that is unknown
-- leaves no row.
CREATE VIEW measures AS
WITH listed AS (
    SELECT
        report_id, agency_id, agency_name, region_code, year, edition,
        unnest(
            [
                {'measure': 'clearance', 'numerator': closed, 'denominator': caseload},
                {'measure': 'backlog', 'numerator': carried_out, 'denominator': caseload},
                {'measure': 'full_grant', 'numerator': granted_full, 'denominator': closed},
                {'measure': 'partial_grant', 'numerator': granted_part, 'denominator': closed},
                {'measure': 'disclosure', 'numerator': disclosed, 'denominator': closed},
                {'measure': 'denial', 'numerator': denied, 'denominator': closed},
                {'measure': 'unable', 'numerator': unable, 'denominator': closed},
                {'measure': 'not_held', 'numerator': not_held, 'denominator': closed},
                {'measure': 'refusal_to_process', 'numerator': not_processed, 'denominator': closed},
                {'measure': 'other_disposition', 'numerator': other, 'denominator': closed},
                {'measure': 'nonmerits', 'numerator': nonmerits, 'denominator': closed},
                {'measure': 'merits_disclosure', 'numerator': disclosed, 'denominator': merits_closed},
                {'measure': 'natural_person', 'numerator': received_from_natural_persons, 'denominator': received},
                {'measure': 'reconsideration', 'numerator': rec_total, 'denominator': closed},
                {'measure': 'litigation', 'numerator': lit_total, 'denominator': closed},
                {'measure': 'dispute', 'numerator': disputes, 'denominator': closed},
                {'measure': 'reconsideration_correction', 'numerator': rec_corrected, 'denominator': rec_decided},
                {'measure': 'litigation_correction', 'numerator': lit_corrected, 'denominator': lit_decided}
            ],
            recursive := true
        )
    FROM rate_terms
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition, measure, numerator, denominator,
    share(numerator, denominator) AS rate,
    denominator < small_denominator() AS small_denominator
FROM listed
WHERE numerator IS NOT NULL AND denominator IS NOT NULL;

-- The same with a switch, FROM rates_of(minimum := 30): of a denominator below the minimum only the parts, no rate.
CREATE MACRO rates_of(minimum := 10) AS TABLE
SELECT
    measures.* EXCLUDE (rate, small_denominator),
    CASE WHEN denominator >= minimum THEN rate END AS rate,
    denominator < minimum AS small_denominator
FROM measures;
