package workbook

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"yigai/internal/number"
	"yigai/internal/period"
	"yigai/internal/reporting"
	"yigai/internal/secret"
)

// stamp is what the hidden sheet says of a workbook.
type stamp struct {
	County int32          `json:"county"`
	Month  string         `json:"month"`
	Sheets []stampedSheet `json:"sheets"`
}

// stampedSheet is one worksheet that figures are typed in.
type stampedSheet struct {
	Name     string           `json:"name"`
	Form     string           `json:"form"` // title
	Slug     string           `json:"slug"`
	Version  int              `json:"version"`
	Paper    bool             `json:"paper"` // a row for each element, not for each institution
	Elements []stampedElement `json:"elements"`
	Reports  []stampedReport  `json:"reports"`
}

type stampedElement struct {
	Slug string      `json:"slug"`
	Name string      `json:"name"`
	Rule number.Rule `json:"rule"`
}

type stampedReport struct {
	ID       int64            `json:"id"`
	Name     string           `json:"name"` // of the institution
	Person   string           `json:"person"`
	Subjects []stampedSubject `json:"subjects"`
}

// stampedSubject holds what every cell said, in the order of the elements.
type stampedSubject struct {
	ID    int64  `json:"id"`
	Code  string `json:"code"`
	Name  string `json:"name"`
	Cells []seen `json:"cells"`
}

// seen is a cell as it was downloaded.
type seen struct {
	Version int    `json:"v,omitempty"`
	Figure  string `json:"f,omitempty"`
}

// of is what a reader recognises the workbook by: 麦新镇中心卫生院 2026年7月, 23 家单位 2026年7月.
func (s stamp) of() string {
	month := s.Month
	if m, err := period.Parse(s.Month); err == nil {
		month = m.Chinese()
	}
	reports := s.reports()
	if len(reports) == 1 {
		return reports[0].Name + " " + month + " " + s.Sheets[0].Form
	}
	return fmt.Sprintf("%d 份月报 %s", len(reports), month)
}

func (s stamp) reports() []stampedReport {
	var all []stampedReport
	for _, sheet := range s.Sheets {
		all = append(all, sheet.Reports...)
	}
	return all
}

func stampOf(name string, paper bool, opened []reporting.Sheet, people map[int64]string) stampedSheet {
	first := opened[0]
	s := stampedSheet{Name: name, Form: first.Report.FormTitle, Slug: first.Report.FormSlug, Version: first.Report.FormVersion, Paper: paper}
	for _, row := range first.Layout.Entered() {
		s.Elements = append(s.Elements, stampedElement{row.Key, row.Name, row.Element.Rule()})
	}
	for _, one := range opened {
		r := stampedReport{ID: one.Report.ID, Name: one.Report.Institution, Person: personOf(one.Report, people)}
		for _, subject := range one.Subjects {
			r.Subjects = append(r.Subjects, stampedSubject{subject.ID, subject.Code, subject.Name, cellsOf(one, subject)})
		}
		s.Reports = append(s.Reports, r)
	}
	return s
}

func cellsOf(one reporting.Sheet, subject reporting.Subject) []seen {
	rows := one.Layout.Entered()
	cells := make([]seen, len(rows))
	for i, row := range rows {
		c := one.Cells[reporting.CellKey{SubjectID: subject.ID, Element: row.Key}]
		cells[i] = seen{c.Version, c.String()}
	}
	return cells
}

// personOf is under whose name the report will be handed in: who did last.
func personOf(r reporting.Report, people map[int64]string) string {
	if r.ResponsiblePerson != "" {
		return r.ResponsiblePerson
	}
	return people[r.InstitutionID]
}

// seal packs v so that nobody else can read, make or change it.
func (s *Service) seal(v any) (string, error) {
	var packed bytes.Buffer
	squeeze, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return "", fmt.Errorf("pack: %w", err)
	}
	if err := errors.Join(json.NewEncoder(squeeze).Encode(v), squeeze.Close()); err != nil {
		return "", fmt.Errorf("pack: %w", err)
	}
	sealed, err := s.box.Seal(packed.String())
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

// maxUnpacked bounds what a seal holds; it is ours, but costs memory all the same.
const maxUnpacked = 32 << 20

// unseal is the inverse of seal; secret.ErrForeign says that it is not one of ours.
func (s *Service) unseal(text string, v any) error {
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return secret.ErrForeign
	}
	packed, err := s.box.Open(sealed)
	if err != nil {
		return err
	}
	plain := flate.NewReader(bytes.NewReader([]byte(packed)))
	if err := json.NewDecoder(io.LimitReader(plain, maxUnpacked)).Decode(v); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return plain.Close()
}
