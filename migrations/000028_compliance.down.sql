DROP VIEW compliance_facts;
DROP TABLE compliance_run;
DROP TABLE compliance_result;
DROP TABLE compliance_declaration;
