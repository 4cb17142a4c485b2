// Package migrations embeds the numbered schema changes. Numbers have no gaps and never change once merged.
package migrations

import "embed"

// FS holds NNNNNN_name.up.sql and .down.sql.
//
//go:embed *.sql
var FS embed.FS
