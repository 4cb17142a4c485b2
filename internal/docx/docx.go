// Package docx writes official documents (公文) as Word files: A4 with the margins and fonts of GB/T 9704-2012,
// paragraphs in a handful of styles, bordered tables, the page number at the foot.
//
// Fonts are named, not embedded: 方正小标宋简体, 仿宋_GB2312 and 黑体, each with a fallback that Windows brings. The same
// document gives the same bytes. It reads nothing and asks nobody.
package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"time"
)

// Style is how a paragraph looks.
type Style string

// The styles.
const (
	Title   Style = "Title"   // 小标宋 二号, centred
	Number  Style = "Number"  // the document's number, centred
	Address Style = "Address" // whom it is for: flush left
	Body    Style = "Body"    // 仿宋 三号, first line two characters in
	Heading Style = "Heading" // 黑体 三号, first line two characters in
	Caption Style = "Caption" // above a table, centred
	Sign    Style = "Sign"    // issuer and date, at the right
	Cell    Style = "Cell"    // in a table, centred
	Left    Style = "Left"    // in a table, flush left
	Head    Style = "Head"    // of a table, bold
)

// Block is a paragraph or a table.
type Block interface{ write(w *writer) }

// Paragraph is one line of text in a style; a line feed in it becomes a break.
type Paragraph struct {
	Style Style
	Text  string
}

// Column is a column of a table.
type Column struct {
	Title string
	Width int // share of the width
	Left  bool
}

// Table is a bordered table; its head is repeated on every page.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Document is a whole file.
type Document struct {
	Title  string // in the file's properties
	Author string
	At     time.Time
	Mark   string // at the foot of every page, such as that the figures are made up; mostly empty
	Blocks []Block
}

// Write writes the file.
func (d Document) Write(out io.Writer) error {
	z := zip.NewWriter(out)
	for _, p := range d.parts() {
		// The time is left out, so that the same document gives the same bytes.
		member, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return fmt.Errorf("write %s: %w", p.name, err)
		}
		if _, err := io.WriteString(member, xmlHead+p.text); err != nil {
			return fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("finish document: %w", err)
	}
	return nil
}

// footer is the page number, beneath the mark.
func (d Document) footer() string {
	if d.Mark == "" {
		return footerHead + footer
	}
	const run = `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体" w:eastAsia="黑体"/><w:sz w:val="21"/></w:rPr><w:t>`
	return footerHead + run + escape(d.Mark) + `</w:t></w:r></w:p>` + footer
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

type part struct{ name, text string }

func (d Document) parts() []part {
	return []part{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"docProps/core.xml", d.properties()},
		{"word/document.xml", d.body()},
		{"word/_rels/document.xml.rels", documentRels},
		{"word/styles.xml", styles()},
		{"word/fontTable.xml", fontTable()},
		{"word/footer1.xml", d.footer()},
	}
}
