-- What a person states of a file of his own, in sources.csv beside it, and what the file says of itself.
CREATE VIEW stated AS
SELECT
    report_id, file, url, agency, year, fetched_at, note, agency_read, year_read, year_read_from
FROM stored.stated;
