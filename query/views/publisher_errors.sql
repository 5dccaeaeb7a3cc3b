-- Agencies by identities of the form that their own reports break: one row an agency over all its years, with how many
-- of how many reports were read; a report without an agency stands alone, for others bear its name. A place is one
-- identity in one column or row of one report. A report counts as one with errors where a place is proven to be the
-- publisher's: two files of different formats print the same. The undecided may be ours: look before you accuse.
CREATE VIEW publisher_errors AS
WITH broken AS (
    SELECT
        report_id,
        count(*) AS places_broken,
        count(*) FILTER (WHERE attributed_to = 'publisher') AS places_by_publisher,
        count(*) FILTER (WHERE attributed_to = 'undecided') AS places_undecided,
        count(*) FILTER (WHERE attributed_to = 'extraction') AS places_by_extraction,
        list_distinct(list(check_id)) AS checks
    FROM findings
    WHERE severity IN ('error', 'warn') AND check_id IN (SELECT identity_id FROM stored.identities)
    GROUP BY report_id
),

due AS (
    SELECT agency_id, count(*) AS reports_expected
    FROM stored.coverage
    WHERE status <> 'not_due'
    GROUP BY agency_id
),

whole AS (
    SELECT coalesce(agency_id, report_id) AS agency_key, *
    FROM reports
    WHERE superseded_by IS NULL AND cells_read > 0 AND status <> 'duplicate'
)

SELECT
    any_value(agency_id) AS agency_id,
    arg_max(agency_name, year) AS agency_name,
    count(*) AS reports_read,
    any_value(reports_expected) AS reports_expected,
    count(*) FILTER (WHERE places_by_publisher > 0) AS reports_with_errors,
    share(reports_with_errors, reports_read) AS share_with_errors,
    coalesce(sum(places_broken), 0)::BIGINT AS places_broken,
    coalesce(sum(places_by_publisher), 0)::BIGINT AS places_by_publisher,
    coalesce(sum(places_undecided), 0)::BIGINT AS places_undecided,
    coalesce(sum(places_by_extraction), 0)::BIGINT AS places_by_extraction,
    list_sort(list_distinct(coalesce(flatten(list(checks) FILTER (WHERE checks IS NOT NULL)), []))) AS checks
FROM whole
LEFT JOIN broken USING (report_id)
LEFT JOIN due USING (agency_id)
GROUP BY agency_key;
