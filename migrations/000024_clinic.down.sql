DELETE FROM derivation WHERE source = 'clinic_source';
DELETE FROM figure_source WHERE name = 'clinic_source';
DROP VIEW clinic_source, clinic_facts, clinic_month;
DROP TABLE clinic_photo, clinic_project, clinic_assessment, clinic_visit, clinic_village, village_neighbour, village, clinic;
DROP VIEW division_public;
CREATE VIEW division_public AS SELECT county_id, code, name, level, parent_code FROM division;
UPDATE reporting_catalogue SET stamp = DEFAULT;
