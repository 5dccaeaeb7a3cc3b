-- The ledger of coverage added up: one row a place and year, with how many of how many reports are found and why the
-- others are not.
CREATE VIEW coverage_by_place AS
SELECT
    areas.province_name, areas.prefecture_name,
    agencies.region_code, agencies.place_name, coverage.year,
    count(*) FILTER (WHERE coverage.status <> 'not_due') AS reports_expected,
    count(coverage.report_id) AS reports_found,
    share(count(coverage.report_id) FILTER (WHERE coverage.status <> 'not_due'), reports_expected) AS share_found,
    count(*) FILTER (WHERE coverage.status = 'found') AS in_time,
    count(*) FILTER (WHERE coverage.status = 'late') AS late,
    count(*) FILTER (WHERE coverage.status = 'empty_form') AS empty_form,
    count(*) FILTER (WHERE coverage.status = 'narrative_only') AS narrative_only,
    count(*) FILTER (WHERE coverage.status = 'withdrawn') AS withdrawn,
    count(*) FILTER (WHERE coverage.status = 'blocked') AS blocked,
    count(*) FILTER (WHERE coverage.status = 'unreachable') AS unreachable,
    count(*) FILTER (WHERE coverage.status = 'missing') AS missing,
    count(*) FILTER (WHERE coverage.status = 'never_crawled') AS never_crawled,
    count(*) FILTER (WHERE coverage.status = 'not_due') AS not_due
FROM stored.coverage AS coverage
JOIN stored.agencies AS agencies USING (agency_id)
JOIN areas
    ON areas.agency_id = coverage.agency_id AND lies_within(coverage.year, areas.valid_from, areas.valid_to)
GROUP BY ALL;
