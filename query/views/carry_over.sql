-- What one report carries over and the next begins with: one row an agency, year and kind of applicant, from 2020 on
-- where both years' reports print the cell. They should be the same (check B1), also over the change of form in 2021.
CREATE VIEW carry_over AS
SELECT
    agency_id, agency_name, year, applicant_type, carried_out_before, carried_in,
    carried_in - carried_out_before AS difference,
    form_changed, report_before, report_id, cells_doubted
FROM stored.carry_over;
