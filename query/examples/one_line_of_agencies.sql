-- 扶贫办、乡村振兴局、农业农村局：一条线上的机关各年收到多少申请？各自列出，不相加。
-- Poverty alleviation, rural revitalisation, agriculture: what did each office of the line receive, each by itself?
-- researcher
SELECT agencies.region_code, year, agencies.name AS agency, function_code, received, closed, valid_from, valid_to
FROM rate_terms
JOIN agencies USING (agency_id)
WHERE function_code IN ('poverty', 'rural_revitalization', 'agriculture_rural')
ORDER BY agencies.region_code, year, function_code, agency;
