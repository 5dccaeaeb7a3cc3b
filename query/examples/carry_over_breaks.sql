-- 哪些机关今年的“上年结转”与去年的“结转下年”不一致？
-- Which agencies begin a year with another number than they carried over from the last?
-- researcher
SELECT
    agency_name, agency_id, year, applicant_type, carried_out_before, carried_in, difference,
    form_changed
FROM carry_over
WHERE difference <> 0
ORDER BY abs(difference) DESC, agency_id, year, applicant_type;
