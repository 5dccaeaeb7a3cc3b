COPY (SELECT 1) TO '{folder}/x.csv'
COPY facts TO '{file}'
ATTACH '{folder}/x.db'
INSTALL httpfs
LOAD httpfs
FROM read_text('{file}')
FROM read_csv('/etc/passwd')
FROM read_blob('{folder}/*')
FROM glob('/*')
PRAGMA database_list
SET memory_limit = '100GB'
RESET memory_limit
CREATE TABLE x AS SELECT 1
WITH x AS (INSERT INTO stored.rows SELECT * FROM stored.rows RETURNING *) FROM x
DELETE FROM stored.rows
EXPORT DATABASE '{folder}'
FROM 'http://127.0.0.1:9/x.parquet'
CALL pragma_version()
SELECT getenv('HOME')
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT max(n) FROM x
WITH RECURSIVE x AS (SELECT 'x' AS t UNION ALL SELECT t || t FROM x) SELECT length(t) FROM x
SELECT count(*) FROM facts a, facts b, facts c, facts d WHERE a.value + b.value + c.value + d.value = 1.5
SELECT list(a.published || b.published) FROM facts a, facts b, facts c
SELECT repeat('x', 2000000000)
FROM range(100000000000) ORDER BY hash(range)
SELECT list(range) FROM range(1000000000)
SELECT regexp_matches(repeat('a', 100000), '(a+)+$') FROM range(100000)
SELECT 1; SELECT 2
{nested}
SELECT {many}
SELECT * FROM facts WHERE published SIMILAR TO '(((a*)*)*)*b'
SELECT '{long}'
SELECT sum(x) FROM (SELECT unnest(range(1000000)) AS x FROM range(100000))
