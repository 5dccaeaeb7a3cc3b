-- Table two: one row a report. Rows of another edition than the report's are null. Amounts stand in the unit
-- printed, which is beside them: the form of 2019 fixes none for procurement.
CREATE VIEW proactive AS
SELECT
    report_id, agency_id, year,
    any_value(agency_name) AS agency_name,
    any_value(region_code) AS region_code,
    any_value(edition) AS edition,
    max(CASE WHEN row_code = 't2:20.1.1.created' THEN value END) AS rules_created,
    max(CASE WHEN row_code = 't2:20.1.1.published' THEN value END) AS rules_published,
    max(CASE WHEN row_code = 't2:20.1.1.public_total' THEN value END) AS rules_public_total,
    max(CASE WHEN row_code = 't2:20.1.1.issued' THEN value END) AS rules_issued,
    max(CASE WHEN row_code = 't2:20.1.1.repealed' THEN value END) AS rules_repealed,
    max(CASE WHEN row_code = 't2:20.1.1.in_force' THEN value END) AS rules_in_force,
    max(CASE WHEN row_code = 't2:20.1.2.created' THEN value END) AS normative_docs_created,
    max(CASE WHEN row_code = 't2:20.1.2.published' THEN value END) AS normative_docs_published,
    max(CASE WHEN row_code = 't2:20.1.2.public_total' THEN value END) AS normative_docs_public_total,
    max(CASE WHEN row_code = 't2:20.1.2.issued' THEN value END) AS normative_docs_issued,
    max(CASE WHEN row_code = 't2:20.1.2.repealed' THEN value END) AS normative_docs_repealed,
    max(CASE WHEN row_code = 't2:20.1.2.in_force' THEN value END) AS normative_docs_in_force,
    max(CASE WHEN row_code = 't2:20.5.1.items_previous_year' THEN value END) AS licences_items_previous_year,
    max(CASE WHEN row_code = 't2:20.5.1.items_change' THEN value END) AS licences_items_change,
    max(CASE WHEN row_code = 't2:20.5.1.decisions' THEN value END) AS licences_decisions,
    max(CASE WHEN row_code = 't2:20.5.2.items_previous_year' THEN value END) AS other_services_items_previous_year,
    max(CASE WHEN row_code = 't2:20.5.2.items_change' THEN value END) AS other_services_items_change,
    max(CASE WHEN row_code = 't2:20.5.2.decisions' THEN value END) AS other_services_decisions,
    max(CASE WHEN row_code = 't2:20.6.1.items_previous_year' THEN value END) AS penalties_items_previous_year,
    max(CASE WHEN row_code = 't2:20.6.1.items_change' THEN value END) AS penalties_items_change,
    max(CASE WHEN row_code = 't2:20.6.1.decisions' THEN value END) AS penalties_decisions,
    max(CASE WHEN row_code = 't2:20.6.2.items_previous_year' THEN value END) AS coercion_items_previous_year,
    max(CASE WHEN row_code = 't2:20.6.2.items_change' THEN value END) AS coercion_items_change,
    max(CASE WHEN row_code = 't2:20.6.2.decisions' THEN value END) AS coercion_decisions,
    max(CASE WHEN row_code = 't2:20.8.1.items_previous_year' THEN value END) AS admin_fees_items_previous_year,
    max(CASE WHEN row_code = 't2:20.8.1.items_change' THEN value END) AS admin_fees_items_change,
    max(CASE WHEN row_code = 't2:20.8.1.amount' THEN value END) AS admin_fees_amount,
    any_value(unit) FILTER (WHERE row_code = 't2:20.8.1.amount') AS admin_fees_amount_unit,
    max(CASE WHEN row_code = 't2:20.9.1.projects' THEN value END) AS procurement_projects,
    max(CASE WHEN row_code = 't2:20.9.1.amount' THEN value END) AS procurement_amount,
    any_value(unit) FILTER (WHERE row_code = 't2:20.9.1.amount') AS procurement_amount_unit,
    count(*) - count(value) AS cells_without_number,
    count(CASE WHEN len(flags) > 0 THEN 1 END) AS cells_doubted
FROM facts
WHERE row_code LIKE 't2:%'
GROUP BY report_id, agency_id, year;
