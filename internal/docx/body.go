package docx

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The page, in twentieths of a point: A4 with the type area of GB/T 9704-2012, 5.2.1 (156 mm wide).
const (
	pageWidth, pageHeight          = 11906, 16838
	marginTop, marginBottom        = 2098, 1985
	marginLeft, marginRight        = 1587, 1474
	headerDistance, footerDistance = 850, 1400
	textWidth                      = pageWidth - marginLeft - marginRight
)

const (
	mainSpace     = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	relationSpace = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
)

// writer collects markup.
type writer struct{ strings.Builder }

func (w *writer) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

func (d Document) body() string {
	w := &writer{}
	w.put(`<w:document %s %s><w:body>`, mainSpace, relationSpace)
	for _, b := range d.Blocks {
		b.write(w)
	}
	w.put(`<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="%d" w:h="%d"/>`, pageWidth, pageHeight)
	w.put(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/></w:sectPr>`,
		marginTop, marginRight, marginBottom, marginLeft, headerDistance, footerDistance)
	w.put(`</w:body></w:document>`)
	return w.String()
}

func (p Paragraph) write(w *writer) {
	w.put(`<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, p.Style)
	for i, line := range strings.Split(p.Text, "\n") {
		w.put(`<w:r>`)
		if i > 0 {
			w.put(`<w:br/>`)
		}
		w.put(`<w:t xml:space="preserve">%s</w:t></w:r>`, escape(line))
	}
	w.put(`</w:p>`)
}

func (t Table) write(w *writer) {
	w.put(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`, textWidth)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		w.put(`<w:%s w:val="single" w:sz="6" w:space="0" w:color="000000"/>`, side)
	}
	w.put(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	widths := t.widths()
	for _, n := range widths {
		w.put(`<w:gridCol w:w="%d"/>`, n)
	}
	w.put(`</w:tblGrid>`)
	t.head(w, widths)
	for _, row := range t.Rows {
		t.row(w, widths, row)
	}
	w.put(`</w:tbl>`)
}

func (t Table) head(w *writer, widths []int) {
	w.put(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		cell(w, widths[i], Paragraph{Head, c.Title})
	}
	w.put(`</w:tr>`)
}

func (t Table) row(w *writer, widths []int, row []string) {
	w.put(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	for i, c := range t.Columns {
		p := Paragraph{Style: Cell}
		if c.Left {
			p.Style = Left
		}
		if i < len(row) {
			p.Text = row[i]
		}
		cell(w, widths[i], p)
	}
	w.put(`</w:tr>`)
}

func cell(w *writer, width int, p Paragraph) {
	w.put(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, width)
	p.write(w)
	w.put(`</w:tc>`)
}

// widths share out the text's width.
func (t Table) widths() []int {
	total := 0
	for _, c := range t.Columns {
		total += max(c.Width, 1)
	}
	out := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = textWidth * max(c.Width, 1) / total
	}
	return out
}

func (d Document) properties() string {
	at := d.At.UTC().Format(time.RFC3339)
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(d.Title) + `</dc:title><dc:creator>` + escape(d.Author) + `</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created></cp:coreProperties>`
}

// escape leaves out what no XML text may hold.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == utf8.RuneError, r < 0x20 && r != '\t', r == 0xFFFE, r == 0xFFFF:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
