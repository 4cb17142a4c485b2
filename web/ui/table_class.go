package ui

func (t Table) class() string {
	c := "data"
	if t.StickyFirst {
		c += " sticky-first"
	}
	if t.Cards {
		c += " cards"
	}
	if t.Select != "" {
		c += " has-check"
	}
	return c
}

func (t Table) boxClass() string {
	if t.Tall {
		return "table-box table-tall"
	}
	return "table-box"
}

// classes gives each column's cell class, once per table.
func (t Table) classes() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.class()
	}
	return out
}

func (c Column) class() string {
	s := ""
	switch {
	case c.Numeric:
		s = "num"
	case c.Centre:
		s = "centre"
	case c.Wide:
		s = "wide"
	}
	if c.HidePhone {
		s += " no-phone"
	}
	return s
}

// class is the column's, looked up instead of built for each of thousands of cells, and the cell's tone.
func (c *Cell) class(column string) string {
	if c.Tone == Neutral {
		return column
	}
	return column + " tone-" + string(c.Tone)
}

func (r *Row) class() string {
	s := toneClass(r.Tone)
	if r.Strong {
		s += " strong"
	}
	if r.URL != "" {
		s += " row-link"
	}
	if r.Selected {
		s += " selected"
	}
	return s
}

func columnAt(classes []string, i int) string {
	if i < len(classes) {
		return classes[i]
	}
	return ""
}

func (t Table) labelAt(i int) string {
	if !t.Cards || i >= len(t.Columns) {
		return ""
	}
	return t.Columns[i].Label
}

func nextOrder(o Order) string {
	if o == Ascending {
		return "按此列从大到小排列"
	}
	return "按此列从小到大排列"
}
