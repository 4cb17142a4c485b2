ALTER TABLE account DROP CONSTRAINT account_scope_check;
UPDATE account SET scope = 'entries' WHERE scope = 'none';
ALTER TABLE account ADD CONSTRAINT account_scope_check CHECK (scope IN ('county', 'subtree', 'institution', 'list', 'entries'));

CREATE OR REPLACE VIEW account_reach AS
SELECT a.county_id, a.id AS account_id, a.name, a.roles, a.institution_id, a.scope <> 'institution' AS whole,
       CASE a.scope WHEN 'county' THEN root.path WHEN 'list' THEN listed.path ELSE own.path END AS path
FROM account a
LEFT JOIN institution own ON own.county_id = a.county_id AND own.id = a.institution_id
LEFT JOIN institution root ON root.county_id = a.county_id AND root.parent_id IS NULL
LEFT JOIN account_scope x ON x.county_id = a.county_id AND x.account_id = a.id AND a.scope = 'list'
LEFT JOIN institution listed ON listed.county_id = x.county_id AND listed.id = x.institution_id
WHERE a.active AND a.scope <> 'entries';
