-- Whether each agency's report of each year is here, and if not, why. Input: agencies, runs, columns, listings, due_date,
-- outcome_meaning, and what found.sql and succession.sql leave. The last of three scripts:

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
