package workbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"yigai/internal/actor"
	"yigai/internal/fault"
	"yigai/internal/reporting"
	"yigai/internal/sheet"
)

// Upload is a file as somebody sends it.
type Upload struct {
	Name string
	Body io.Reader
}

// Bounds of what is sent at once.
const (
	MaxFile  = 5 << 20  // of one file
	MaxFiles = 60       // files
	MaxBytes = 30 << 20 // of all together
)

var limits = sheet.Limits{Bytes: MaxFile, Unzipped: 40 << 20, Rows: 20_000, Columns: 400}

// reading is one workbook understood: what was typed since it was downloaded, and where.
type reading struct {
	file   string
	sha256 string
	stamp  stamp
	fills  []filling
}

// filling is what a workbook says of one report.
type filling struct {
	sheet  *stampedSheet
	report *stampedReport
	fill   reporting.Fill
	places []string // of the edits
}

// read understands a workbook. What is wrong with the file is an Invalid fault with one problem for each place.
func (s *Service) read(who actor.Actor, u Upload) (r reading, err error) {
	content, err := io.ReadAll(io.LimitReader(u.Body, MaxFile+1))
	if err != nil {
		return r, fmt.Errorf("read upload: %w", err)
	}
	sum := sha256.Sum256(content)
	r = reading{file: u.Name, sha256: hex.EncodeToString(sum[:])}
	book, err := sheet.Open(bytes.NewReader(content), limits)
	if err != nil {
		return r, refusal(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if r.stamp, err = s.stampIn(book); err != nil {
		return r, refusal(err)
	}
	if r.stamp.County != who.CountyID {
		return r, bad("这是别的县(区)的工作簿,不能在这里上传")
	}
	f := &finder{book: book}
	for i := range r.stamp.Sheets {
		if err := f.sheet(&r.stamp.Sheets[i]); err != nil {
			return r, refusal(err)
		}
	}
	r.fills = f.fills
	if len(f.problems) > 0 {
		return r, fault.Invalid(f.problems...)
	}
	return r, nil
}

func bad(format string, args ...any) error { return fault.Field("file", format, args...) }

// refusal makes what the reader of workbooks says into a fault.
func refusal(err error) error {
	var file *sheet.Error
	if errors.As(err, &file) {
		return bad("%s", file.Message)
	}
	return err
}

// stampIn reads the hidden sheet. What it says in plain words has to be what is sealed.
func (s *Service) stampIn(book *sheet.Book) (about stamp, err error) {
	if !slices.Contains(book.Sheets(), stampSheet) {
		return about, bad("这不是从系统下载的模板;请先下载模板,在里面填好再上传(不要只复制表格)")
	}
	var plain [][2]string
	var sealed strings.Builder
	err = book.Each(stampSheet, func(_ int, cells []string) error {
		switch {
		case len(cells) < 2:
		case cells[0] == sealLabel:
			sealed.WriteString(cells[1])
		default:
			plain = append(plain, [2]string{cells[0], cells[1]})
		}
		return nil
	})
	if err != nil {
		return about, err
	}
	if err := s.unseal(sealed.String(), &about); err != nil || len(plain) == 0 || !slices.Equal(plain[1:], about.plain()) || len(about.reports()) == 0 {
		return about, bad("工作簿里的系统信息被改动过,或不是本系统的模板;请重新下载模板再填")
	}
	return about, nil
}

// finder finds the figures of one workbook.
type finder struct {
	book     *sheet.Book
	fills    []filling
	problems []fault.Problem
}

func (f *finder) problem(format string, args ...any) {
	const most = 50
	if len(f.problems) < most {
		f.problems = append(f.problems, fault.Problem{Field: "file", Message: fmt.Sprintf(format, args...)})
	}
}

func (f *finder) sheet(s *stampedSheet) error {
	if !slices.Contains(f.book.Sheets(), s.Name) {
		f.problem("找不到工作表“%s”,请不要删除或改名", s.Name)
		return nil
	}
	t := newTaker(f, s)
	if err := f.book.Each(s.Name, t.row); err != nil {
		return err
	}
	if t.columns == nil {
		f.problem("工作表“%s”里找不到“编码”那一行表头,请不要删除", s.Name)
		return nil
	}
	f.fills = append(f.fills, t.take()...)
	return nil
}
