-- A government's figures are compiled from these agencies: its departments, offices and units below, and the
-- governments one level down. Vertically managed organs report to the organ above them, not to it.
WITH placed AS (
    SELECT
        agency_id,
        kind,
        regexp_extract(agency_id, '^[^.:]+') AS place,
        contains(split_part(agency_id, ':', 1), '.') AS is_unit,
        prefecture_code,
        province_code
    FROM agencies
)

SELECT whole.agency_id AS government_id, part.agency_id
FROM placed AS whole
JOIN placed AS part ON part.place = whole.place
WHERE whole.kind = 'government' AND NOT whole.is_unit
    AND part.kind <> 'vertical' AND part.agency_id <> whole.agency_id
UNION
SELECT whole.agency_id AS government_id, part.agency_id
FROM placed AS whole
JOIN placed AS part
    ON whole.place = CASE
        WHEN part.prefecture_code <> part.place THEN part.prefecture_code
        -- A prefecture, or a county that no prefecture is above: 北京市东城区, 济源市.
        ELSE part.province_code
    END
WHERE whole.kind = 'government' AND NOT whole.is_unit
    AND part.kind = 'government' AND NOT part.is_unit AND part.place <> whole.place
