-- A government's cell beside the sum of those of the agencies that its report is compiled from (its departments,
-- offices and units, and the governments one level down; not vertically managed organs): one row a government, year
-- and cell. `agencies_with_number` of `agencies_expected` are in the sum, so that it measures how much is found and
-- proves no error: some governments report their own house alone, and what is passed on is counted twice. Of a net
-- change (本年增/减) it cannot be said that one is below the other. What the text states is not compared.
CREATE VIEW government_and_departments AS
WITH expected AS (
    SELECT
        government_id, year,
        count(*) AS agencies_expected,
        count(coverage.report_id) AS agencies_found
    FROM members
    JOIN stored.coverage AS coverage USING (agency_id)
    WHERE coverage.status <> 'not_due'
    GROUP BY government_id, year
),

part AS (
    SELECT
        members.government_id, facts.year, facts.row_code, facts.applicant_type,
        count(*) AS agencies_with_number,
        sum(facts.value) AS sum_of_agencies,
        max(facts.value) AS greatest,
        arg_max(facts.agency_id, (facts.value, facts.agency_id)) AS greatest_agency
    FROM facts
    JOIN members USING (agency_id)
    WHERE facts.value IS NOT NULL
    GROUP BY members.government_id, facts.year, facts.row_code, facts.applicant_type
),

whole AS (
    SELECT
        agency_id AS government_id, agency_name AS government, year, row_code, applicant_type, value, value_type
    FROM facts
    JOIN stored.rows USING (row_code)
    WHERE agency_id LIKE '%:gov' AND level_of(agency_id) <> 'below_county'
        AND stored.rows."table" IN ('t2', 't3', 't4', 's14')
)

SELECT
    government_id, government, year, row_code, applicant_type,
    value AS of_government,
    sum_of_agencies,
    share(sum_of_agencies, value) AS share_of_government,
    greatest, greatest_agency,
    CASE WHEN value_type <> 'signed_int' THEN greatest > value END AS below_an_agency,
    CASE WHEN value_type <> 'signed_int' THEN sum_of_agencies > value END AS below_the_sum,
    coalesce(agencies_with_number, 0) AS agencies_with_number,
    agencies_found, agencies_expected
FROM whole
LEFT JOIN part USING (government_id, year, row_code, applicant_type)
LEFT JOIN expected USING (government_id, year);
