package overview

import "math"

// Site is a township institution and where it stands on the grid; row 0: the county chose no place for it.
type Site struct {
	ID          int64
	Name, Label string
	Row, Column int
}

// place gives a place to every site without one: in the order of the division codes, on rows below those that the
// county placed. A county that placed none gets a grid somewhat wider than high.
func place(sites []Site) []Site {
	width, below, open := 0, 0, 0
	for _, s := range sites {
		width, below = max(width, s.Column), max(below, s.Row)
		if s.Row == 0 {
			open++
		}
	}
	if width == 0 {
		width = min(MaxColumn, int(math.Ceil(math.Sqrt(1.3*float64(open)))))
	}
	next := 0
	for n := range sites {
		if s := &sites[n]; s.Row == 0 {
			s.Row, s.Column = below+1+next/width, 1+next%width
			next++
		}
	}
	return sites
}

// label calls a site by its township, unless two stand in one.
func label(sites []Site, townships []string) {
	count := map[string]int{}
	for _, t := range townships {
		count[t]++
	}
	for n, t := range townships {
		if t != "" && count[t] == 1 {
			sites[n].Label = t
		}
	}
}
