-- A panel: one row an agency and year that was due, those without a report too. What was received is a series over
-- the editions (see comparable), the outcomes are those of the forms of 2019 and later. A null says why: `received_gap`
-- that of `received`, `outcomes_gap` that of the columns from `carried_in` to `carried_out`.
--   no_report   no report is here; `status` says why not
--   no_form     a report without a form that was read
--   local_form  a form of its own, from before 2014 or beside the national one, in which no row is sure to be this;
--               `nearest` is what it prints that comes near
--   form_2014   the form of 2014, whose outcomes are others (comparable has those that correspond)
--   no_row      the form lacks the row
--   blank       the cell has no number: an empty cell, a dash, a word
--   unreadable  the cell could not be read
CREATE VIEW panel AS
WITH asked AS (
    SELECT report_id, edition, value AS received, comparability
    FROM comparable
    WHERE series = 't3:1' AND applicant_type = 'total'
),

near AS (
    SELECT
        report_id,
        string_agg(label_zh || ' ' || published || ' ≈ ' || row_code || coalesce(': ' || note, ''), '; ') AS nearest
    FROM (
        SELECT facts.report_id, label_zh, published, local_labels.row_code, note
        FROM facts
        JOIN stored.local_labels AS local_labels ON label_zh = regexp_extract(facts.row_code, '[^:]+$')
        WHERE facts.edition = 'local' AND facts.row_code LIKE 'local:%' AND local_labels.row_code = 's14:3.1'
        ORDER BY ALL
    )
    GROUP BY report_id
),

told AS (
    SELECT
        zero_requests.agency_id, zero_requests.name, zero_requests.function_code, zero_requests.region_code,
        zero_requests.year, zero_requests.coverage_status AS status, zero_requests.report_id,
        asked.edition, asked.received, asked.comparability,
        CASE
            WHEN zero_requests.report_id IS NULL THEN 'no_report'
            WHEN coalesce(len(reports.editions), 0) = 0 THEN 'no_form'
            WHEN list_contains(reports.editions, 'local') THEN 'local_form'
            WHEN list_has_any(
                reports.editions, (SELECT list(edition) FROM stored.edition_rows WHERE "table" = 's14')
            ) THEN 'form_2014'
            ELSE 'no_row'
        END AS lacks,
        answer
    FROM zero_requests
    LEFT JOIN reports USING (report_id)
    LEFT JOIN asked USING (report_id)
)

SELECT
    told.agency_id, name, function_code, told.region_code, told.year, status, told.report_id, grade,
    coalesce(told.edition, rate_terms.edition) AS edition,
    told.received, comparability,
    CASE
        WHEN told.received IS NOT NULL THEN NULL
        WHEN answer IN ('blank', 'unreadable') THEN answer
        WHEN lacks = 'form_2014' THEN 'no_row'
        ELSE lacks
    END AS received_gap,
    CASE WHEN told.received IS NULL AND lacks = 'local_form' THEN nearest END AS nearest,
    carried_in, closed, disclosed, denied, unable, not_processed, other, carried_out,
    CASE
        WHEN rate_terms.report_id IS NULL THEN lacks
        WHEN carried_in + closed + disclosed + denied + unable + not_processed + other + carried_out IS NULL
            THEN 'blank'
    END AS outcomes_gap
FROM told
LEFT JOIN grades USING (report_id)
LEFT JOIN near USING (report_id)
LEFT JOIN rate_terms USING (report_id);
