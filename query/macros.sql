-- A part of a whole; null where either is unknown or the whole is not above zero.
CREATE MACRO share(part, whole) AS CASE WHEN whole > 0 THEN part / whole END;
