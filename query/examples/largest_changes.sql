-- 哪些机关的公开率一年之间变化最大？其间有无制度变化？
-- Whose disclosure rate changed most from one year to the next, and did law or form change in between?
-- journalist
SELECT
    agency_name, agency_id, year, rate_before, rate, change,
    denominator_before, denominator, form_changed, breaks
FROM trends
WHERE measure = 'disclosure' AND change IS NOT NULL AND NOT change_of_small_numbers
ORDER BY abs(change) DESC, agency_id, year
LIMIT 20;
