-- Whether each agency's report of each year is here, and if not, why. Input: agencies, reports, runs, columns,
-- listings, due_date, outcome_meaning, reform. Steps, from readings to the ledger:

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

-- How the last walk through each column ended.
CREATE OR REPLACE TEMP TABLE column_standing AS
WITH last_walk AS (
    SELECT
        site_id,
        column_id,
        day_of(max(finished_at)) AS walked_on,
        arg_max(outcome, finished_at) AS outcome,
        arg_max(detail, finished_at) AS detail
    FROM runs
    GROUP BY site_id, column_id
)

SELECT
    columns.site_id,
    columns.column_id,
    columns.agency_id AS owner,
    columns.place_id,
    walked_on,
    coalesce(meaning, 'never_crawled') AS meaning,
    concat_ws(': ', outcome, nullif(detail, '')) AS ended
FROM columns
LEFT JOIN last_walk USING (site_id, column_id)
LEFT JOIN outcome_meaning USING (outcome);

-- Agencies of one place of which one began as the other ended, in `year`. One that was there already and took the
-- other in is no such successor.
CREATE OR REPLACE TEMP VIEW followed AS
SELECT before.agency_id, later.agency_id AS successor, before.valid_to AS year
FROM (SELECT agency_id, valid_to, unnest(successors) AS successor FROM agencies) AS before
JOIN agencies AS later ON later.agency_id = before.successor AND later.valid_from = before.valid_to
WHERE place_of(before.agency_id) = place_of(later.agency_id);

-- The same where no roster says in which year: what each did says that one came from the other, between two years.
CREATE OR REPLACE TEMP VIEW reformed AS
WITH found AS (
    SELECT agency_id, min(year) AS first_found, max(year) AS last_found
    FROM report_found
    GROUP BY agency_id
)

SELECT
    gone.agency_id, heir.agency_id AS successor, from_year, to_year,
    gone_found.last_found, heir_found.first_found,
    greatest(from_year, heir.valid_from) AS first_year,
    max(gone_found.last_found) OVER (PARTITION BY heir.agency_id) AS last_found_of_all
FROM reform
JOIN agencies AS gone ON gone.function_code = reform.predecessor
JOIN agencies AS heir
    ON heir.function_code = reform.successor
    AND split_part(heir.agency_id, ':', 1) = split_part(gone.agency_id, ':', 1)
LEFT JOIN found AS gone_found ON gone_found.agency_id = gone.agency_id
LEFT JOIN found AS heir_found ON heir_found.agency_id = heir.agency_id
WHERE gone.source = 'reports' AND heir.source = 'reports';

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
    SELECT agency_id, unnest(range(greatest(first_year, last_found_of_all + 1), to_year + 2)), successor, 'successor'
    FROM reformed
    WHERE first_found IS NOT NULL AND last_found IS NOT NULL
    UNION ALL
    SELECT successor, unnest(range(first_year, least(last_found, first_found - 1, to_year) + 1)), agency_id,
        'predecessor'
    FROM reformed
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
        concat('机构改革，当地年份不详 | reform of ', from_year, ' to ', to_year, ', the local year not known: became ')
    FROM reformed
    UNION ALL
    SELECT successor, from_year, to_year, agency_id,
        concat('机构改革，当地年份不详 | reform of ', from_year, ' to ', to_year, ', the local year not known: was ')
    FROM reformed
),

year_of AS (
    SELECT agency_id, unnest(range(first_year, last_year + 1)) AS year, told, other FROM step
)

SELECT agency_id, year, string_agg(told || other, '; ' ORDER BY told, other) AS detail
FROM year_of
GROUP BY agency_id, year;

-- Where the reports of one of the two stand, the other's may.
CREATE OR REPLACE TEMP VIEW kin AS
WITH step AS (SELECT agency_id, successor FROM followed UNION SELECT agency_id, successor FROM reformed)

SELECT agency_id, successor AS other FROM step
UNION ALL
SELECT successor, agency_id FROM step;

-- Places of which others beside the government have columns of their own, or somebody whom the registry does not know.
CREATE OR REPLACE TEMP VIEW place_of_many_columns AS
SELECT place_of(owner) AS place FROM column_standing WHERE owner <> place_of(owner) || ':gov'
UNION
SELECT place_id FROM column_standing WHERE owner IS NULL AND place_id IS NOT NULL;

-- Where an agency's reports are to be looked for, best known first: a column of its own; where reports of it were
-- found; its predecessor's or successor's; and the government's, unless others there have columns of their own.
CREATE OR REPLACE TEMP TABLE place_to_look AS
WITH own AS (
    SELECT owner AS agency_id, site_id, column_id, 1 AS how FROM column_standing WHERE owner IS NOT NULL
    UNION
    SELECT DISTINCT agency_id, site_id, column_id, 2 AS how FROM reading WHERE column_id IS NOT NULL
),

likely AS (
    FROM own
    UNION
    SELECT kin.agency_id, own.site_id, own.column_id, own.how + 2 AS how
    FROM kin
    JOIN own ON own.agency_id = kin.other
    UNION
    SELECT agencies.agency_id, standing.site_id, standing.column_id, 5 AS how
    FROM agencies
    JOIN column_standing AS standing ON standing.owner = place_of(agencies.agency_id) || ':gov'
    WHERE place_of(agencies.agency_id) NOT IN (SELECT place FROM place_of_many_columns)
)

SELECT agency_id, site_id, column_id
FROM likely
QUALIFY how = min(how) OVER (PARTITION BY agency_id);

-- What that says of a report that was not found. A column that was not read whole tells of none that it is missing,
-- and one that was read whole of none that fell due later.
CREATE OR REPLACE TEMP TABLE not_found AS
WITH looked AS (
    SELECT
        agency_id,
        meaning,
        site_id,
        column_id,
        walked_on,
        ended,
        list_position(['blocked', 'unreachable', 'never_crawled', 'whole'], meaning) AS gravity
    FROM place_to_look
    JOIN column_standing USING (site_id, column_id)
)

SELECT
    agency_id,
    CASE meaning WHEN 'whole' THEN 'missing' ELSE meaning END AS status,
    site_id,
    column_id,
    walked_on,
    CASE
        WHEN meaning = 'whole' THEN
            concat(walked_on, ' 全部看过，未列出 | read whole on ', walked_on, ', not listed: ', column_id)
        WHEN walked_on IS NULL THEN
            concat('栏目已登记，尚未抓取 | the column is registered and was not walked yet: ', column_id)
        ELSE concat(walked_on, ' 未能看全 | not read whole on ', walked_on, ': ', column_id, ', ', ended)
    END AS detail
FROM looked
QUALIFY row_number() OVER (PARTITION BY agency_id ORDER BY gravity, walked_on, site_id, column_id) = 1;

CREATE OR REPLACE TEMP TABLE ledger AS
WITH crawled AS (SELECT day_of(max(finished_at)) AS on_day FROM runs),

span AS (
    SELECT
        min(report_found.year) AS first_year,
        coalesce(any_value(year(crawled.on_day)) - 1, max(report_found.year)) AS last_year
    FROM report_found, crawled
),

agency_year AS (
    SELECT agency_id, unnest(range(first_year, last_year + 1))::SMALLINT AS year
    FROM agencies, span
    UNION
    SELECT agency_id, year FROM report_found
),

expected AS (
    SELECT
        agency_year.agency_id,
        agency_year.year,
        year >= coalesce(valid_from, year) AND year < coalesce(valid_to, year + 1) AS existed,
        CASE WHEN existed THEN make_date(year + 1, month, day) END AS due_on
    FROM agency_year
    JOIN agencies USING (agency_id)
    LEFT JOIN due_date
        ON due_date.kind = agencies.kind
        AND agency_year.year BETWEEN first_year AND coalesce(last_year, agency_year.year)
)

SELECT
    agency_id,
    year,
    CASE
        WHEN report_id IS NOT NULL THEN
            CASE
                WHEN gone THEN 'withdrawn'
                WHEN report_status = 'empty_form' THEN 'empty_form'
                WHEN report_status = 'no_tables' THEN 'narrative_only'
                WHEN published_at > due_on THEN 'late'
                ELSE 'found'
            END
        WHEN NOT existed OR due_on >= on_day OR reported_by_other.detail IS NOT NULL THEN 'not_due'
        WHEN not_found.status = 'missing' AND walked_on <= due_on THEN 'never_crawled'
        ELSE coalesce(not_found.status, 'never_crawled')
    END AS status,
    CASE
        WHEN report_id IS NOT NULL THEN
            concat_ws(
                '; ',
                if(gone, '栏目不再列出 | its column no longer has it', NULL),
                if(report_status IN ('partial', 'unreadable'), '未能读全 | not read whole: ' || report_status, NULL),
                if(published_at IS NULL, '发布日期不详 | day of publication not known', NULL),
                if(NOT existed, '登记的存续期之外 | outside the years in which the agency is registered', NULL)
            )
        WHEN NOT existed THEN '机关不存在 | there was no such agency'
        WHEN due_on >= on_day THEN concat('尚未到期 | due on ', due_on)
        WHEN reported_by_other.detail IS NOT NULL THEN reported_by_other.detail
        ELSE
            concat_ws(
                '; ',
                CASE
                    WHEN not_found.status = 'missing' AND walked_on <= due_on THEN
                        concat(walked_on, ' 看过，其时未到期，此后未再看 | walked on ', walked_on, ', due on ', due_on,
                            ', and not walked since: ', not_found.column_id)
                    ELSE coalesce(not_found.detail, '没有登记的栏目 | no column is registered')
                END,
                succession.detail
            )
    END AS detail,
    report_id,
    published_at,
    due_on,
    coalesce(report_found.site_id, not_found.site_id) AS site_id
FROM expected
CROSS JOIN crawled
LEFT JOIN report_found USING (agency_id, year)
LEFT JOIN reported_by_other USING (agency_id, year)
LEFT JOIN succession USING (agency_id, year)
LEFT JOIN not_found USING (agency_id)
ORDER BY agency_id, year;
