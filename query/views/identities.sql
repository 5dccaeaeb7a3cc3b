-- One row a check of the form (勾稽关系): which cells must add up to which.
CREATE VIEW identities AS
SELECT
    identity_id AS check_id, kind, string_split(editions, '|') AS editions, "table" AS form_table, scope,
    "left" AS left_side, "right" AS right_side, total AS total_term, tolerance::DOUBLE AS tolerance,
    severity, attributed_to, basis, message_zh, message_en
FROM stored.identities;
