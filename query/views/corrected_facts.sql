-- The cells of facts with what is right beside what is printed: `value` is what is printed, `corrected_value` the
-- same but where a correction has been accepted. One that is open shows in `correction_status` and corrects nothing.
CREATE VIEW corrected_facts AS
SELECT
    facts.agency_id, facts.agency_name, facts.region_code, facts.year, facts.row_code, facts.applicant_type,
    facts.value, facts.value_status, facts.published,
    CASE WHEN standing.status = 'accepted' THEN standing.corrected_value ELSE facts.value END AS corrected_value,
    standing.status AS correction_status, standing.corrected_value AS proposed_value, standing.reason,
    standing.evidence, standing.who, standing.decided_on,
    facts.unit, facts.edition, facts.report_id, facts.source_sha256, facts.locator, facts.flags
FROM stored.facts AS facts
LEFT JOIN stored.corrections AS standing
    ON standing.report_id = facts.report_id
    AND standing.row_code = facts.row_code
    AND standing.applicant_type = facts.applicant_type
    AND standing.status IN ('open', 'accepted');
