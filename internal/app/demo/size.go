package demo

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"yigai/internal/org"
)

//go:embed data/*.csv
var data embed.FS

// size is how large an institution is; the figures follow from it.
type size struct {
	code, name, kind, parent string

	population int64 // served: of a clinic its village, of the insurance office the county
	beds       int64
	staff      int64
	visits     int64 // of a hospital in an average month
	clinics    int64 // village clinics below
}

// grassroots reports whether the institution fills the township form.
func (s size) grassroots() bool {
	return s.kind == org.KindTownshipHospital || s.kind == org.KindCommunityCentre
}

// readTable reads an embedded file without its heading.
func readTable(name string) ([][]string, error) {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		return nil, fmt.Errorf("read demo file %s: %w", name, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read demo file %s: %w", name, err)
	}
	return rows[1:], nil
}

// readSizes joins the institutions with their sizes, in the order of the file.
func readSizes() ([]size, error) {
	known, err := readKnown()
	if err != nil {
		return nil, err
	}
	rows, err := readTable("institutions.csv")
	if err != nil {
		return nil, err
	}
	var all []size
	clinics := map[string]int64{}
	for _, row := range rows {
		s := known[row[0]]
		s.code, s.name, s.kind, s.parent = row[0], row[1], row[3], row[4]
		if s.kind == org.KindVillageClinic {
			clinics[s.parent]++
		}
		all = append(all, s)
	}
	for i := range all {
		all[i].clinics = clinics[all[i].code]
	}
	return all, nil
}

func readKnown() (map[string]size, error) {
	rows, err := readTable("sizes.csv")
	if err != nil {
		return nil, err
	}
	known := map[string]size{}
	for _, row := range rows {
		var s size
		for i, into := range []*int64{&s.population, &s.beds, &s.staff, &s.visits} {
			if *into, err = strconv.ParseInt(row[i+1], 10, 64); err != nil {
				return nil, fmt.Errorf("read size of %s: %w", row[0], err)
			}
		}
		known[row[0]] = s
	}
	return known, nil
}
