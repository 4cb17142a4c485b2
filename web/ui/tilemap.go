package ui

import (
	"slices"

	"github.com/shopspring/decimal"
)

// TileMap is places on a grid that resembles a map, coloured by a value in five classes: the lowest fifth of the places
// has the lightest colour. Colours are one hue from light to dark, so that nobody needs to tell hues apart.
type TileMap struct {
	ID     string
	Title  string
	Unit   string
	Places int32
	Tiles  []MapTile
}

// MapTile is one place of a TileMap.
type MapTile struct {
	Label, URL, Title string
	Row, Column       int // from 1
	Value             *decimal.Decimal
	Note              string // why there is no value
	Mark              string // behind the value: ✗, *
	Own               bool   // the reader's
}

// tileHeight is that of one tile in pixels.
const tileHeight = 56

// mapClasses is how many colours there are.
const mapClasses = 5

// mapClass is one colour with the values it stands for.
type mapClass struct {
	number    int
	low, high decimal.Decimal
}

// sorted are the values as they are shown, from the lowest.
func (m TileMap) sorted() []decimal.Decimal {
	var all []decimal.Decimal
	for _, t := range m.Tiles {
		if t.Value != nil {
			all = append(all, t.Value.Round(m.Places))
		}
	}
	slices.SortFunc(all, decimal.Decimal.Cmp)
	return all
}

// class is the colour of a value among all: equal values have the same.
func class(all []decimal.Decimal, value decimal.Decimal) int {
	lower, _ := slices.BinarySearchFunc(all, value, decimal.Decimal.Cmp)
	return lower * mapClasses / len(all)
}

// legend are the colours in use, each from its lowest to its highest value.
func legend(all []decimal.Decimal) []mapClass {
	var out []mapClass
	for _, v := range all {
		if c := class(all, v); len(out) == 0 || out[len(out)-1].number != c {
			out = append(out, mapClass{c, v, v})
		}
		out[len(out)-1].high = v
	}
	return out
}

func (c mapClass) text(places int32) string {
	if c.low.Equal(c.high) {
		return Num(c.low, places)
	}
	return Num(c.low, places) + "–" + Num(c.high, places)
}

// size is the number of rows and columns.
func (m TileMap) size() (rows, columns int) {
	for _, t := range m.Tiles {
		rows, columns = max(rows, t.Row), max(columns, t.Column)
	}
	return rows, columns
}

func (m TileMap) missing() bool {
	return slices.ContainsFunc(m.Tiles, func(t MapTile) bool { return t.Value == nil })
}

// shortened is a label that fits into a tile; the whole of it is said on hover.
func shortened(label string) string {
	const most = 7
	if r := []rune(label); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return label
}
