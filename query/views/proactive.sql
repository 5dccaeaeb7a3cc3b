-- Table two: one row a report. Rows of another edition than the report's are null. Amounts stand in the unit
-- printed, which is beside them: the form of 2019 fixes none for procurement.
CREATE VIEW proactive AS
SELECT
    report_id, agency_id, year,
    any_value(agency_name) AS agency_name,
    any_value(region_code) AS region_code,
    any_value(edition) AS edition,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.created') AS rules_created,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.published') AS rules_published,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.public_total') AS rules_public_total,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.issued') AS rules_issued,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.repealed') AS rules_repealed,
    max(value) FILTER (WHERE row_code = 't2:20.1.1.in_force') AS rules_in_force,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.created') AS normative_docs_created,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.published') AS normative_docs_published,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.public_total') AS normative_docs_public_total,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.issued') AS normative_docs_issued,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.repealed') AS normative_docs_repealed,
    max(value) FILTER (WHERE row_code = 't2:20.1.2.in_force') AS normative_docs_in_force,
    max(value) FILTER (WHERE row_code = 't2:20.5.1.items_previous_year') AS licences_items_previous_year,
    max(value) FILTER (WHERE row_code = 't2:20.5.1.items_change') AS licences_items_change,
    max(value) FILTER (WHERE row_code = 't2:20.5.1.decisions') AS licences_decisions,
    max(value) FILTER (WHERE row_code = 't2:20.5.2.items_previous_year') AS other_services_items_previous_year,
    max(value) FILTER (WHERE row_code = 't2:20.5.2.items_change') AS other_services_items_change,
    max(value) FILTER (WHERE row_code = 't2:20.5.2.decisions') AS other_services_decisions,
    max(value) FILTER (WHERE row_code = 't2:20.6.1.items_previous_year') AS penalties_items_previous_year,
    max(value) FILTER (WHERE row_code = 't2:20.6.1.items_change') AS penalties_items_change,
    max(value) FILTER (WHERE row_code = 't2:20.6.1.decisions') AS penalties_decisions,
    max(value) FILTER (WHERE row_code = 't2:20.6.2.items_previous_year') AS coercion_items_previous_year,
    max(value) FILTER (WHERE row_code = 't2:20.6.2.items_change') AS coercion_items_change,
    max(value) FILTER (WHERE row_code = 't2:20.6.2.decisions') AS coercion_decisions,
    max(value) FILTER (WHERE row_code = 't2:20.8.1.items_previous_year') AS admin_fees_items_previous_year,
    max(value) FILTER (WHERE row_code = 't2:20.8.1.items_change') AS admin_fees_items_change,
    max(value) FILTER (WHERE row_code = 't2:20.8.1.amount') AS admin_fees_amount,
    any_value(unit) FILTER (WHERE row_code = 't2:20.8.1.amount') AS admin_fees_amount_unit,
    max(value) FILTER (WHERE row_code = 't2:20.9.1.projects') AS procurement_projects,
    max(value) FILTER (WHERE row_code = 't2:20.9.1.amount') AS procurement_amount,
    any_value(unit) FILTER (WHERE row_code = 't2:20.9.1.amount') AS procurement_amount_unit,
    count(*) - count(value) AS cells_without_number
FROM facts
WHERE row_code LIKE 't2:%'
GROUP BY report_id, agency_id, year;
