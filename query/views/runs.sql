-- One row a column and run of the crawler: how it ended, and which reports came and went.
CREATE VIEW runs AS
SELECT
    run_id, site_id, column_id, url, family, outcome, detail, started_at, finished_at,
    list_pages, listed, stated_total, present, before, new, changed, confirmed, withdrawn, failures,
    passed_over
FROM stored.runs;
