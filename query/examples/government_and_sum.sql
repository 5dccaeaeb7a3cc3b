-- 县政府公布的收件数与所属机关之和相差多少？找到了其中几家？
-- How far are a government's requests from the sum of its agencies', with how many of them found?
-- researcher
SELECT
    government, government_id, year, of_government, sum_of_agencies, share_of_government,
    agencies_with_number, agencies_found, agencies_expected
FROM government_and_departments
WHERE row_code = 't3:1' AND applicant_type = 'total'
ORDER BY government_id, year;
