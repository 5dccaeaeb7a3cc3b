-- A part of a whole; null where either is unknown or the whole is not above zero.
CREATE MACRO share(part, whole) AS CASE WHEN whole > 0 THEN part / whole END;

-- A rate of fewer says little (docs/domain/measures.md#small-numbers): the views leave it out of ranks and medians, and mark it.
CREATE MACRO small_denominator() AS 10;

-- The level of an agency's place, from its id: what lies below the county has its name after a dot.
CREATE MACRO level_of(agency_id) AS CASE
    WHEN contains(split_part(agency_id, ':', 1), '.') THEN 'below_county'
    WHEN agency_id LIKE '__0000%' THEN 'province'
    WHEN agency_id LIKE '____00%' THEN 'prefecture'
    ELSE 'county'
END;

-- Whether a year is in a span from a year to before another, where null is open.
CREATE MACRO lies_within(a_year, since, until) AS
    a_year >= coalesce(since, a_year) AND a_year < coalesce(until, 9999);
