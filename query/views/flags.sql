-- One row a doubt that a cell may carry in facts.flags.
CREATE VIEW flags AS
SELECT flag, meaning_zh, meaning_en
FROM stored.flags;
