-- One row an agency: those of the roster and all that a report was resolved to.
CREATE VIEW agencies AS
SELECT
    agency_id, name, name_from, composed_name, place_id, region_code, place_name, prefecture_code, prefecture_name,
    province_code, province_name, function_code, function_name, kind, valid_from, valid_to, successors, source
FROM stored.agencies;
