package migrations_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"yigai/internal/pgtest"
)

// references are the foreign keys between tenant tables, by table: whether it refers to the county itself, and whether
// to another tenant table in every row.
const references = `
	WITH tenant AS (
		SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'county_id' AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'county')
	SELECT t.relname::text FROM tenant t
	CROSS JOIN LATERAL (SELECT
		count(*) FILTER (WHERE k.confrelid = 'county'::regclass) AS itself,
		count(*) FILTER (WHERE k.confrelid IN (SELECT oid FROM tenant) AND NOT EXISTS (
			SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (k.conkey) AND NOT a.attnotnull)) AS others
		FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f') keys
	WHERE (itself > 0) = (others > 0) ORDER BY 1`

// Every row belongs to a county that exists: by a row of the county it always refers to, or else by a reference of its
// own. Both would check the same thing twice, a quarter of the time that a bulk load takes.
func TestTheCountyIsProvedOnce(t *testing.T) {
	t.Parallel()
	rows, err := pgtest.New(t).Query(t.Context(), references)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(wrong) > 0 {
		t.Errorf("tables whose county is proved twice or not at all: %v", wrong)
	}
}
