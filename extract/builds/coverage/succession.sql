-- Which agencies became others, and for which years one reported, or has to, instead of the other. Input: agencies,
-- runs, reform, and what found.sql leaves. The second of three scripts.

-- Agencies of one place of which one began as the other ended, in `year`. One that was there already and took the
-- other in is no such successor.
CREATE OR REPLACE TEMP VIEW followed AS
SELECT before.agency_id, later.agency_id AS successor, before.valid_to AS year
FROM (SELECT agency_id, valid_to, unnest(successors) AS successor FROM agencies) AS before
JOIN agencies AS later ON later.agency_id = before.successor AND later.valid_from = before.valid_to
WHERE place_of(before.agency_id) = place_of(later.agency_id);

-- Of what years reports of an agency were found.
CREATE OR REPLACE TEMP VIEW found_years AS
SELECT agency_id, min(year) AS first_found, max(year) AS last_found
FROM report_found
GROUP BY agency_id;

-- The same where no roster says in which year: what each did says that one came from the other, between two years.
CREATE OR REPLACE TEMP VIEW reformed AS
SELECT
    gone.agency_id, heir.agency_id AS successor, from_year, to_year,
    greatest(from_year, heir.valid_from) AS first_year, to_year + 1 AS last_year
FROM reform
JOIN agencies AS gone ON gone.function_code = reform.predecessor
JOIN agencies AS heir
    ON heir.function_code = reform.successor
    AND split_part(heir.agency_id, ':', 1) = split_part(gone.agency_id, ':', 1)
WHERE gone.source = 'reports' AND heir.source = 'reports';

-- Townships and subdistricts of a county and a name, of another class: 渠江乡, 渠江镇, 渠江街道. They are one after the
-- other where no report of the one is of the other's years.
CREATE OR REPLACE TEMP VIEW raised AS
WITH town AS (
    SELECT
        agency_id, place_of(agency_id) AS place, first_found, last_found,
        regexp_replace(regexp_extract(agency_id, '[.]([^:]+):gov$', 1), getvariable('town_classes'), '') AS name
    FROM agencies
    JOIN found_years USING (agency_id)
    WHERE kind = 'township' AND source = 'reports'
),

years AS (
    SELECT min(year) AS first_year, greatest(max(year), (SELECT max(year(finished_at)) FROM runs)) AS last_year
    FROM report_found
)

SELECT
    gone.agency_id, heir.agency_id AS successor, gone.last_found + 1 AS from_year, heir.first_found AS to_year,
    first_year, last_year
FROM years, town AS gone
JOIN town AS heir ON heir.place = gone.place AND heir.name = gone.name
WHERE gone.name <> '' AND gone.last_found < heir.first_found;

CREATE OR REPLACE TEMP VIEW undated AS
SELECT
    step.*, gone.last_found, heir.first_found,
    max(gone.last_found) OVER (PARTITION BY successor) AS last_found_of_all
FROM (FROM reformed UNION ALL FROM raised) AS step
LEFT JOIN found_years AS gone ON gone.agency_id = step.agency_id
LEFT JOIN found_years AS heir ON heir.agency_id = successor;

-- Years for which another reported, or has to. The last year of an agency may be reported under its successor's name,
-- since reports are written in the year after, and the first year of one still under its predecessor's. Where the
-- year of a reform is not known, an agency was there while it reported, and its successor after that.
CREATE OR REPLACE TEMP TABLE reported_by_other AS
WITH told AS (
    SELECT followed.agency_id, followed.year - 1 AS year, followed.successor AS other, 'successor' AS what
    FROM followed
    JOIN report_found ON report_found.agency_id = followed.successor AND report_found.year = followed.year - 1
    UNION ALL
    SELECT followed.successor, followed.year, followed.agency_id, 'predecessor'
    FROM followed
    JOIN report_found ON report_found.agency_id = followed.agency_id AND report_found.year = followed.year
    UNION ALL
    SELECT agency_id, unnest(range(greatest(first_year, last_found_of_all + 1), last_year + 1)), successor, 'successor'
    FROM undated
    WHERE first_found IS NOT NULL AND last_found IS NOT NULL
    UNION ALL
    SELECT successor, unnest(range(first_year, least(last_found, first_found - 1, to_year) + 1)), agency_id,
        'predecessor'
    FROM undated
    WHERE last_found IS NOT NULL
)

SELECT
    agency_id, year,
    CASE min(what)
        WHEN 'predecessor' THEN '该年度由前身机关报告 | its predecessor reported for this year: '
        ELSE '该年度由后继机关报告 | its successor reports for this year: '
    END || string_agg(DISTINCT other, ', ' ORDER BY other) AS detail
FROM told
GROUP BY agency_id, year;

-- What a reform may have to do with a hole: the years about it, in which a report may bear the other's name.
CREATE OR REPLACE TEMP TABLE succession AS
WITH step AS (
    SELECT agency_id, valid_to - 1 AS first_year, valid_to - 1 AS last_year, unnest(successors) AS other,
        concat(valid_to, ' 年由其承继 | succeeded in ', valid_to, ' by ') AS told
    FROM agencies
    UNION ALL
    SELECT successor, year, year, agency_id, concat(year, ' 年承继 | successor since ', year, ' of ')
    FROM followed
    UNION ALL
    SELECT agency_id, from_year, to_year, successor,
        concat('改革，当地年份不详 | reform of ', from_year, ' to ', to_year, ', the local year not known: became ')
    FROM undated
    UNION ALL
    SELECT successor, from_year, to_year, agency_id,
        concat('改革，当地年份不详 | reform of ', from_year, ' to ', to_year, ', the local year not known: was ')
    FROM undated
),

year_of AS (
    SELECT agency_id, unnest(range(first_year, last_year + 1)) AS year, told, other FROM step
)

SELECT agency_id, year, string_agg(told || other, '; ' ORDER BY told, other) AS detail
FROM year_of
GROUP BY agency_id, year;

-- Where the reports of one of the two stand, the other's may.
CREATE OR REPLACE TEMP VIEW kin AS
WITH step AS (SELECT agency_id, successor FROM followed UNION SELECT agency_id, successor FROM undated)

SELECT agency_id, successor AS other FROM step
UNION ALL
SELECT successor, agency_id FROM step;
