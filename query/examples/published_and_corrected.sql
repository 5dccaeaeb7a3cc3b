-- 县级政府的收件数，所印的与更正后的各合计多少？更正了几格？
-- What do the county governments' requests come to as printed and as corrected, and how many cells are corrected?
-- researcher
SELECT
    year, sum(value) AS as_published, sum(corrected_value) AS as_corrected,
    count(*) FILTER (WHERE correction_status = 'accepted') AS cells_corrected
FROM corrected_facts
JOIN agencies USING (agency_id)
WHERE row_code = 't3:1' AND applicant_type = 'total' AND kind = 'government'
    AND level_of(agency_id) = 'county'
GROUP BY year
ORDER BY year;
