package ui

import (
	"github.com/a-h/templ"
	"github.com/shopspring/decimal"
)

// Table is a dense list: typed columns, rows of cells, and what to say when there is nothing.
type Table struct {
	ID          string
	Caption     string // read by screen readers, printed above
	Columns     []Column
	Heads       []HeadGroup // a row of merged heads above the columns
	Rows        []Row
	Foot        []Row // totals, in bold
	Empty       Empty
	StickyFirst bool   // the first column stays when the table scrolls sideways
	Tall        bool   // scrolls inside the window so that its head stays in sight
	Cards       bool   // every row becomes a card on a phone
	Select      string // name of a checkbox before each row; its value is Row.Key
	SelectForm  string // id of the form these checkboxes belong to
}

// Column is a head with its unit and its explanation. Numbers are right-aligned.
type Column struct {
	Label, Unit string
	Help        HelpText
	Numeric     bool
	Centre      bool
	Wide        bool   // text may wrap and take the space
	SortURL     string // makes the head a link
	Sorted      Order  // how the list is ordered now
	HidePhone   bool
}

// Order is the direction a column is sorted in.
type Order string

// The orders.
const (
	Unsorted   Order = ""
	Ascending  Order = "ascending"
	Descending Order = "descending"
)

// HeadGroup is a merged head over Span columns.
type HeadGroup struct {
	Label string
	Span  int
}

// Row is a line of a table. With a URL its first cell is a link and a click anywhere follows it.
type Row struct {
	ID       string
	Key      string // value of the checkbox
	URL      string
	Cells    []Cell
	Tone     Tone
	Strong   bool
	Selected bool
	Locked   bool // cannot be selected
}

// Cell is a value in a row: a text, or a component of its own.
type Cell struct {
	Text  string
	URL   string
	Title string
	Tone  Tone
	Node  templ.Component
	Span  int
}

// Empty says that a list is empty and what to do next.
type Empty struct {
	Title  string // "还没有派驻记录"
	Hint   string
	Icon   string
	Action *Action
}

// Text is a plain cell.
func Text(s string) Cell { return Cell{Text: s} }

// LinkTo is a cell that leads somewhere.
func LinkTo(text, url string) Cell { return Cell{Text: text, URL: url} }

// Node is a cell that holds a component: a badge, a chart, an input.
func Node(c templ.Component) Cell { return Cell{Node: c} }

// Figure is a number in a cell; none is shown as not reported.
func Figure(d *decimal.Decimal, places int32) Cell {
	if d == nil {
		return Cell{Text: Dash, Title: "未报"}
	}
	return Cell{Text: Num(*d, places)}
}

// Change is a difference in a cell, with its sign.
func Change(d *decimal.Decimal, places int32) Cell {
	if d == nil {
		return Cell{Text: Dash, Title: "无可比数据"}
	}
	return Cell{Text: Signed(*d, places)}
}
