-- Who asks: one row a report and kind of applicant, the printed total beside each and never among them.
CREATE VIEW applicants AS
WITH asked AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(edition) AS edition,
        max(value) FILTER (WHERE applicant_type = 'total') AS received_in_total,
        unnest([
            {'applicant_type': 'natural_person',
                'received': max(value) FILTER (WHERE applicant_type = 'natural_person')},
            {'applicant_type': 'business', 'received': max(value) FILTER (WHERE applicant_type = 'business')},
            {'applicant_type': 'research', 'received': max(value) FILTER (WHERE applicant_type = 'research')},
            {'applicant_type': 'social_org', 'received': max(value) FILTER (WHERE applicant_type = 'social_org')},
            {'applicant_type': 'legal_service', 'received': max(value) FILTER (WHERE applicant_type = 'legal_service')},
            {'applicant_type': 'other_org', 'received': max(value) FILTER (WHERE applicant_type = 'other_org')}
        ], recursive := true)
    FROM facts
    WHERE row_code = 't3:1'
    GROUP BY report_id, agency_id, year
)

SELECT
    report_id, agency_id, agency_name, year, edition, asked.applicant_type,
    kinds.label_zh AS applicant_zh, kinds.label_en AS applicant_en,
    received, received_in_total,
    share(received, received_in_total) AS share_of_total,
    received_in_total < small_denominator() AS small_denominator
FROM asked
JOIN stored.applicant_types AS kinds ON kinds.applicant_type = asked.applicant_type;
