package analysis

import "yigai/internal/period"

// Table is a query answered.
type Table struct {
	Query    Query // as it was understood
	From, To period.Month
	Heads    []string // what stands before the figures of a row
	Groups   []Group  // merged heads over the columns, none where one line is enough
	Columns  []Column
	Rows     []Row
	Pages    []Choice // of the page axis
	Page     string   // the one in view
	Items    []*Item
	Units    int      // institutions that the query asks for
	Cut      int      // rows left out by Top
	Notes    []string // what was left out, and why
}

// Group is a merged head over neighbouring columns.
type Group struct {
	Label string
	Span  int
}

// Column is a column of figures.
type Column struct {
	Label   string
	Unit    string
	Group   string
	Measure string
	Places  int32
	Item    *Item // nil where the items stand in the rows
}

// Full is the whole head of a column in one line.
func (c Column) Full() string {
	if c.Group == "" {
		return c.Label
	}
	return c.Group + " " + c.Label
}

// Row is a line of a table.
type Row struct {
	Heads    []string
	Subtotal bool
	Total    bool
	Cells    []Cell

	block int
	rank  level
}

// Title names the table by what it shows.
func (t Table) Title() string {
	switch len(t.Items) {
	case 0:
		return "自定义表"
	case 1:
		return t.Items[0].Title
	default:
		return t.Items[0].Title + "等 " + number(len(t.Items)) + " 项"
	}
}

// Period says the months in words.
func (t Table) Period() string {
	if t.From == t.To {
		return t.From.Chinese()
	}
	return t.From.Chinese() + "至" + t.To.Chinese()
}
