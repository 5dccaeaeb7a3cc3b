-- One row a place and period, in which it went under one code and name.
CREATE VIEW places AS
SELECT
    place_id, division_code, name, level, parent, valid_from, valid_to, successors, change, source
FROM stored.places;
