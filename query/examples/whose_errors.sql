-- 哪些机关的报告勾稽不平最多？
-- Whose reports break the identities of the form most often?
-- maintainer
SELECT
    agency_name, agency_id, reports_read, reports_with_errors, places_broken, places_by_publisher, places_undecided,
    checks
FROM publisher_errors
ORDER BY share_with_errors DESC, places_broken DESC, agency_id, agency_name;
