-- 一个视图的各列是什么意思？
-- What do the columns of a view mean?
-- maintainer
SELECT column_name, data_type, comment
FROM duckdb_columns()
WHERE schema_name = 'main' AND table_name = 'rates'
ORDER BY column_index;
