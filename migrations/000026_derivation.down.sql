ALTER TABLE figure_source DROP COLUMN figures;
DELETE FROM derivation d WHERE EXISTS (SELECT FROM derivation n WHERE n.county_id = d.county_id AND n.element_id = d.element_id AND n.version > d.version);
ALTER TABLE derivation DROP CONSTRAINT derivation_pkey, ADD PRIMARY KEY (county_id, element_id);
ALTER TABLE derivation DROP COLUMN version, DROP COLUMN effective_from, DROP COLUMN reason, DROP COLUMN by_name, DROP COLUMN at;
