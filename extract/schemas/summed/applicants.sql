-- Who asks: one row a report and kind of applicant, the printed total beside each and never among them.
SELECT
    report_id, agency_id, year,
    max(agency_name) AS agency_name,
    max(edition) AS edition,
    max(CASE WHEN applicant_type = 'total' THEN value END) AS received_in_total,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted,
    unnest([
        {'applicant_type': 'natural_person',
            'received': max(CASE WHEN applicant_type = 'natural_person' THEN value END)},
        {'applicant_type': 'business', 'received': max(CASE WHEN applicant_type = 'business' THEN value END)},
        {'applicant_type': 'research', 'received': max(CASE WHEN applicant_type = 'research' THEN value END)},
        {'applicant_type': 'social_org', 'received': max(CASE WHEN applicant_type = 'social_org' THEN value END)},
        {'applicant_type': 'legal_service', 'received': max(CASE WHEN applicant_type = 'legal_service' THEN value END)},
        {'applicant_type': 'other_org', 'received': max(CASE WHEN applicant_type = 'other_org' THEN value END)}
    ], recursive := true)
FROM {facts}
WHERE row_code = 't3:1'
GROUP BY report_id, agency_id, year
