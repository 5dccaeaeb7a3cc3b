-- 哪些乡镇政府同名？用标识区分，不要用名称。
-- Which towns' governments bear the same name? Tell them apart by id, never by name.
-- researcher
WITH named AS (
    SELECT replace(name, place_name, '') AS name_alone, agency_id, name
    FROM agencies
    WHERE kind = 'township'
)

SELECT
    name_alone, count(*) AS agencies, list(name ORDER BY agency_id) AS in_full,
    list(agency_id ORDER BY agency_id) AS ids
FROM named
GROUP BY name_alone
HAVING agencies > 1
ORDER BY agencies DESC, name_alone;
