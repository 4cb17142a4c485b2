package main

import (
	"context"
	"slices"
)

// row is one budget, or several that are measured together.
type row struct {
	name    string
	measure func(context.Context, *world) ([]line, error)
}

// rows are measured in this order; the last ones take the database away.
var rows []row

func init() {
	rows = []row{
		{"rebuild", rebuild},
		{"month", month},
		{"pages", pages},
		{"entry", entry},
		{"accept", accept},
		{"export", export},
		{"workbook", workbooks},
		{"first-page", firstPage},
		{"process", process},
	}
}

func rowNames() []string {
	var names []string
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}

func known(name string) bool { return slices.Contains(rowNames(), name) }
