-- What reports there are of each agency and year. Input: reports, listings. The first of three scripts.

-- The day in China, where a report's last day ends eight hours before it does in UTC.
CREATE OR REPLACE TEMP MACRO day_of(moment) AS (moment + INTERVAL 8 HOURS)::DATE;

-- The place that an agency serves, with no unit below it: 610828 of 610828.螅镇:gov.
CREATE OR REPLACE TEMP MACRO place_of(agency_id) AS regexp_extract(agency_id, '^[^.:]+');

-- Every reading of a report, where it was found, and whether it is still there.
CREATE OR REPLACE TEMP TABLE reading AS
SELECT
    reports.agency_id,
    reports.year,
    reports.report_id,
    reports.status,
    reports.superseded_by IS NULL AND reports.status <> 'duplicate' AS chosen,
    coalesce(reports.published_at, listings.published_on) AS published_on,
    listings.site_id,
    listings.column_id,
    listings.listed
FROM reports
LEFT JOIN listings USING (source_sha256)
WHERE reports.agency_id IS NOT NULL AND reports.year IS NOT NULL AND reports.status <> 'not_a_report';

-- One report an agency and year: the chosen reading, since the first day that any copy of it was published.
CREATE OR REPLACE TEMP TABLE report_found AS
SELECT
    agency_id,
    year,
    min(report_id) FILTER (WHERE chosen) AS report_id,
    arg_min(status, report_id) FILTER (WHERE chosen) AS report_status,
    min(published_on) AS published_at,
    coalesce(NOT bool_or(listed), false) AS gone,
    arg_min(site_id, (NOT chosen, site_id)) AS site_id
FROM reading
GROUP BY agency_id, year
HAVING bool_or(chosen);
