-- 各县商务局历年答复申请，予以公开和部分公开的各占多少？
-- How did the commerce bureaus answer requests over the years: what share was granted, in full or in part?
-- journalist
SELECT
    prefecture_name, agencies.name AS agency, agency_id, year, numerator AS granted, denominator AS closed, rate,
    small_denominator
FROM measures
JOIN agencies USING (agency_id)
WHERE function_code = 'commerce' AND measure = 'disclosure'
ORDER BY agency_id, year;
