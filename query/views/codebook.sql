-- One row a row code. `node` says what may be added up: only leaves, and never a leaf with its total.
CREATE VIEW codebook AS
WITH printed_in AS (
    SELECT row_code, list(edition ORDER BY edition) AS editions
    FROM stored.edition_rows
    WHERE printed = 'yes'
    GROUP BY row_code
)
SELECT
    row_code, "table" AS form_table, parent, node, coalesce(editions, []) AS editions, label_zh,
    column_label_zh, label_en, name, unit, value_type, legal_basis, crosswalk_s14, crosswalk_quality, notes
FROM stored.rows
LEFT JOIN printed_in USING (row_code);
