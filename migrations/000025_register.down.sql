DROP VIEW register_facts;
DROP TABLE register_rule;
DROP TABLE register_entry;
