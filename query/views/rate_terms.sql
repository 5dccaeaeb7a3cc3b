-- What the rates are made of: one row a report, from its column 总计. A group that the form prints no value for is the
-- sum of its parts, and null where one of them is blank or missing.
CREATE VIEW rate_terms AS
-- The cells by the part they play. Short names: they are compared millions of
-- times, and twelve characters are as fast as a number.
WITH role AS (
    SELECT 't3:1' AS row_code, 'natural_person' AS applicant_type, 'from_persons' AS role, false AS of_table_three
    UNION ALL
    SELECT
        row_code, 'total',
        CASE
            WHEN row_code = 't3:1' THEN 'received'
            WHEN row_code = 't3:2' THEN 'carried_in'
            WHEN row_code = 't3:3.1' THEN 'granted_full'
            WHEN row_code = 't3:3.2' THEN 'granted_part'
            WHEN row_code LIKE 't3:3.3.%' THEN 'denied'
            WHEN row_code = 't3:3.4.1' THEN 'not_held'
            WHEN row_code LIKE 't3:3.4.%' THEN 'unable_else'
            WHEN row_code LIKE 't3:3.5.%' THEN 'unprocessed'
            WHEN row_code = 't3:3.6' THEN 'other'
            WHEN row_code LIKE 't3:3.6.%' THEN 'other_part'
            WHEN row_code = 't3:3.7' THEN 'closed'
            WHEN row_code = 't3:4' THEN 'carried_out'
            WHEN row_code = 't4:rec.corrected' THEN 'rec_correct'
            WHEN row_code = 't4:rec.pending' THEN 'rec_pending'
            WHEN row_code = 't4:rec.total' THEN 'rec_total'
            WHEN row_code = 't4:litd.corrected' THEN 'litd_correct'
            WHEN row_code = 't4:litd.pending' THEN 'litd_pending'
            WHEN row_code = 't4:litd.total' THEN 'litd_total'
            WHEN row_code = 't4:litr.corrected' THEN 'litr_correct'
            WHEN row_code = 't4:litr.pending' THEN 'litr_pending'
            WHEN row_code = 't4:litr.total' THEN 'litr_total'
        END,
        row_code LIKE 't3:%'
    FROM stored.rows
    WHERE row_code LIKE 't3:%' OR row_code LIKE 't4:%'
),

-- CASE and not FILTER: a third of the time over so many columns.
printed AS (
    SELECT
        report_id, agency_id, year,
        any_value(agency_name) AS agency_name,
        any_value(region_code) AS region_code,
        max(edition) FILTER (WHERE of_table_three) AS edition,
        bool_or(of_table_three) AS has_table_three,
        max(CASE WHEN role = 'received' THEN value END) AS received,
        max(CASE WHEN role = 'from_persons' THEN value END) AS received_from_natural_persons,
        max(CASE WHEN role = 'carried_in' THEN value END) AS carried_in,
        max(CASE WHEN role = 'granted_full' THEN value END) AS granted_full,
        max(CASE WHEN role = 'granted_part' THEN value END) AS granted_part,
        CASE count(CASE WHEN role = 'denied' THEN value END)
            WHEN 8 THEN sum(CASE WHEN role = 'denied' THEN value END)
        END AS denied,
        max(CASE WHEN role = 'not_held' THEN value END) AS not_held,
        CASE count(CASE WHEN role = 'unable_else' THEN value END)
            WHEN 2 THEN sum(CASE WHEN role = 'unable_else' THEN value END)
        END AS unable_else,
        CASE count(CASE WHEN role = 'unprocessed' THEN value END)
            WHEN 5 THEN sum(CASE WHEN role = 'unprocessed' THEN value END)
        END AS not_processed,
        max(CASE WHEN role = 'other' THEN value END) AS other_printed,
        CASE count(CASE WHEN role = 'other_part' THEN value END)
            WHEN 3 THEN sum(CASE WHEN role = 'other_part' THEN value END)
        END AS other_added_up,
        max(CASE WHEN role = 'closed' THEN value END) AS closed,
        max(CASE WHEN role = 'carried_out' THEN value END) AS carried_out,
        max(CASE WHEN role = 'rec_correct' THEN value END) AS rec_corrected,
        max(CASE WHEN role = 'rec_pending' THEN value END) AS rec_pending,
        max(CASE WHEN role = 'rec_total' THEN value END) AS rec_total,
        max(CASE WHEN role = 'litd_correct' THEN value END) AS litd_corrected,
        max(CASE WHEN role = 'litd_pending' THEN value END) AS litd_pending,
        max(CASE WHEN role = 'litd_total' THEN value END) AS litd_total,
        max(CASE WHEN role = 'litr_correct' THEN value END) AS litr_corrected,
        max(CASE WHEN role = 'litr_pending' THEN value END) AS litr_pending,
        max(CASE WHEN role = 'litr_total' THEN value END) AS litr_total,
        count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
    FROM facts
    JOIN role USING (row_code, applicant_type)
    WHERE role IS NOT NULL
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
    not_held + unable_else AS unable,
    not_held, not_processed,
    CASE edition WHEN 'e2019' THEN other_printed ELSE other_added_up END AS other,
    not_held + unable_else + not_processed
        + CASE edition WHEN 'e2019' THEN other_printed ELSE other_added_up END AS nonmerits,
    rec_total,
    litd_total + litr_total AS lit_total,
    -- Suits after reconsideration are counted in the reconsiderations already.
    rec_total + litd_total AS disputes,
    rec_corrected,
    rec_total - rec_pending AS rec_decided,
    litd_corrected + litr_corrected AS lit_corrected,
    (litd_total - litd_pending) + (litr_total - litr_pending) AS lit_decided,
    cells_doubted
FROM printed
WHERE has_table_three;
