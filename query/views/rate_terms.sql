-- What the rates are made of: one row a report, from its column 总计. A group that the form prints no value for is the
-- sum of its parts, and null where one of them (of 8, 3, 5, 3) is blank or missing.
CREATE VIEW rate_terms AS
WITH printed AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(region_code) AS region_code,
        max(edition) FILTER (WHERE row_code LIKE 't3:%') AS edition,
        count(*) FILTER (WHERE row_code LIKE 't3:%' AND applicant_type = 'total') AS cells_of_table_three,
        max(value) FILTER (WHERE row_code = 't3:1' AND applicant_type = 'total') AS received,
        max(value) FILTER (WHERE row_code = 't3:1' AND applicant_type = 'natural_person') AS received_from_natural_persons,
        max(value) FILTER (WHERE row_code = 't3:2') AS carried_in,
        max(value) FILTER (WHERE row_code = 't3:3.1') AS granted_full,
        max(value) FILTER (WHERE row_code = 't3:3.2') AS granted_part,
        CASE count(value) FILTER (WHERE row_code LIKE 't3:3.3.%')
            WHEN 8 THEN sum(value) FILTER (WHERE row_code LIKE 't3:3.3.%')
        END AS denied,
        CASE count(value) FILTER (WHERE row_code LIKE 't3:3.4.%')
            WHEN 3 THEN sum(value) FILTER (WHERE row_code LIKE 't3:3.4.%')
        END AS unable,
        max(value) FILTER (WHERE row_code = 't3:3.4.1') AS not_held,
        CASE count(value) FILTER (WHERE row_code LIKE 't3:3.5.%')
            WHEN 5 THEN sum(value) FILTER (WHERE row_code LIKE 't3:3.5.%')
        END AS not_processed,
        max(value) FILTER (WHERE row_code = 't3:3.6') AS other_printed,
        CASE count(value) FILTER (WHERE row_code LIKE 't3:3.6.%')
            WHEN 3 THEN sum(value) FILTER (WHERE row_code LIKE 't3:3.6.%')
        END AS other_added_up,
        max(value) FILTER (WHERE row_code = 't3:3.7') AS closed,
        max(value) FILTER (WHERE row_code = 't3:4') AS carried_out,
        max(value) FILTER (WHERE row_code = 't4:rec.corrected') AS rec_corrected,
        max(value) FILTER (WHERE row_code = 't4:rec.pending') AS rec_pending,
        max(value) FILTER (WHERE row_code = 't4:rec.total') AS rec_total,
        max(value) FILTER (WHERE row_code = 't4:litd.corrected') AS litd_corrected,
        max(value) FILTER (WHERE row_code = 't4:litd.pending') AS litd_pending,
        max(value) FILTER (WHERE row_code = 't4:litd.total') AS litd_total,
        max(value) FILTER (WHERE row_code = 't4:litr.corrected') AS litr_corrected,
        max(value) FILTER (WHERE row_code = 't4:litr.pending') AS litr_pending,
        max(value) FILTER (WHERE row_code = 't4:litr.total') AS litr_total
    FROM facts
    WHERE (row_code LIKE 't3:%' OR row_code LIKE 't4:%')
        AND (applicant_type = 'total' OR (applicant_type = 'natural_person' AND row_code = 't3:1'))
    GROUP BY report_id, agency_id, year
)

SELECT
    report_id, agency_id, agency_name, region_code, year, edition,
    received, received_from_natural_persons, carried_in,
    received + carried_in AS caseload,
    closed, carried_out, granted_full, granted_part,
    granted_full + granted_part AS disclosed,
    denied,
    granted_full + granted_part + denied AS merits_closed,
    unable, not_held, not_processed,
    CASE edition WHEN 'e2019' THEN other_printed ELSE other_added_up END AS other,
    unable + not_processed + CASE edition WHEN 'e2019' THEN other_printed ELSE other_added_up END AS nonmerits,
    rec_total,
    litd_total + litr_total AS lit_total,
    -- Suits after reconsideration are counted in the reconsiderations already.
    rec_total + litd_total AS disputes,
    rec_corrected,
    rec_total - rec_pending AS rec_decided,
    litd_corrected + litr_corrected AS lit_corrected,
    (litd_total - litd_pending) + (litr_total - litr_pending) AS lit_decided
FROM printed
WHERE cells_of_table_three > 0;
