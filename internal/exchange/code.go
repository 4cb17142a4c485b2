package exchange

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/sheet"
)

// Subject is what a code stands for.
type Subject string

// The subjects.
const (
	Elements     Subject = "elements"
	Institutions Subject = "institutions"
)

// Title names the subject for people.
func (s Subject) Title() string {
	if s == Institutions {
		return "机构"
	}
	return "数据项"
}

// Code is one of our things with the code that other systems know it by.
type Code struct {
	Own   string // slug of an element, code of an institution
	Name  string
	Other string // "" for none
}

// CodeFilter narrows the list of codes.
type CodeFilter struct {
	Subject Subject
	Text    string // part of a name or the beginning of either code
	Without bool   // only those without a code of other systems
	After   string // our code that the last page ended with
}

const (
	codesPerPage = 100
	maxCodes     = 20_000
	maxCodeRunes = 60
)

// Codes lists elements or the institutions in scope by our code; next is "" at the end.
func (s *Service) Codes(ctx context.Context, who actor.Actor, f CodeFilter) (list []Code, next string, err error) {
	if err := who.Require(ActionView); err != nil {
		return nil, "", err
	}
	if list, err = s.listCodes(ctx, who, f, codesPerPage+1); err != nil {
		return nil, "", fmt.Errorf("list codes: %w", err)
	}
	if len(list) > codesPerPage {
		list = list[:codesPerPage]
		next = list[codesPerPage-1].Own
	}
	return list, next, nil
}

// SetCodes gives things their codes of other systems, by our code; all of them or none. An empty one takes it away.
func (s *Service) SetCodes(ctx context.Context, who actor.Actor, subject Subject, codes map[string]string) (changed int, err error) {
	if err := who.Require(ActionConfigure); err != nil {
		return 0, err
	}
	if err := s.requireWholeCounty(ctx, who); err != nil {
		return 0, err
	}
	by := map[string]string{}
	for own, other := range codes {
		switch {
		case utf8.RuneCountInString(other) > maxCodeRunes || strings.ContainsAny(own+other, "\x00\r\n\t"):
			return 0, fault.Field("other", "“%s”的外部编码最多 %d 个字,不能有换行", own, maxCodeRunes)
		case other != "" && by[other] != "":
			return 0, fault.Field("other", "外部编码“%s”同时给了“%s”和“%s”", other, min(by[other], own), max(by[other], own))
		}
		by[other] = own
	}
	if subject == Institutions {
		return s.org.Recode(ctx, who, codes)
	}
	return s.reports.Recode(ctx, who, codes)
}

var codeColumns = []sheet.Column{{Key: "own", Titles: []string{"本县编码", "code", "编码"}, Required: true}, {Key: "name", Titles: []string{"名称", "name"}},
	{Key: "other", Titles: []string{"外部编码", "external_code"}, Required: true}}

// ImportCodes reads a table of codes as ExportCodes writes it and sets them.
func (s *Service) ImportCodes(ctx context.Context, who actor.Actor, subject Subject, content []byte) (changed int, err error) {
	if err := who.Require(ActionConfigure); err != nil {
		return 0, err
	}
	table, err := sheet.Read(bytes.NewReader(content), codeColumns, sheet.Limits{Bytes: MaxBytes, Unzipped: sheet.DefaultLimits.Unzipped, Rows: maxCodes, Columns: 30})
	if err != nil {
		return 0, badTable(err)
	}
	codes := map[string]string{}
	for _, row := range table.Rows {
		own := strings.TrimSpace(row.Get("own"))
		if _, twice := codes[own]; twice || own == "" {
			return 0, fault.Field("file", "第 %d 行的本县编码“%s”是空的或重复了", row.Number, cut(own))
		}
		codes[own] = strings.TrimSpace(row.Get("other"))
	}
	if len(codes) == 0 {
		return 0, fault.Field("file", "文件里没有数据行")
	}
	return s.SetCodes(ctx, who, subject, codes)
}

// ExportCodes writes all codes as a csv, logged like every file that leaves.
func (s *Service) ExportCodes(ctx context.Context, who actor.Actor, subject Subject) (Output, error) {
	if err := who.Require(audit.ActionExport); err != nil {
		return Output{}, err
	}
	list, err := s.listCodes(ctx, who, CodeFilter{Subject: subject}, maxCodes)
	if err != nil {
		return Output{}, fmt.Errorf("export codes: %w", err)
	}
	out := Output{Name: subject.Title() + "编码对照.csv", ContentType: "text/csv; charset=utf-8", Values: len(list)}
	if out.Body, err = writeCodes(list); err != nil {
		return Output{}, fmt.Errorf("export codes: %w", err)
	}
	e := audit.Export{Kind: "codes", Format: "csv", Name: out.Name, Filter: map[string]any{"subject": subject}, Rows: int64(len(list))}.Measure(out.Body)
	out.SHA256 = e.SHA256
	return out, audit.RecordExport(ctx, s.db, who, e, s.now())
}

func writeCodes(list []Code) ([]byte, error) {
	var file bytes.Buffer
	w, err := sheet.NewCSV(&file, sheet.Meta{Columns: []sheet.Field{{Title: "本县编码"}, {Title: "名称"}, {Title: "外部编码"}}})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if err := w.Row(c.Own, c.Name, c.Other); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return file.Bytes(), err
}
