-- One row a report: whose it is, and what that rests on.
CREATE VIEW resolutions AS
SELECT
    report_id, agency_id, region_code, place_id, function_code, confidence, evidence, candidates,
    conflicts, follows, basis
FROM stored.resolutions;
