package docx

import "fmt"

// face is a font with what takes its place where it is not installed.
type face struct{ name, instead string }

var (
	song = face{"方正小标宋简体", "宋体"}   // the title's, GB/T 9704-2012, 7.3.1
	fang = face{"仿宋_GB2312", "仿宋"} // the text's, 5.2.2
	hei  = face{"黑体", "SimHei"}    // first headings, 7.3.3
)

// look is one style; sizes are in half points (32 = 三号), lines in twentieths of a point.
type look struct {
	style  Style
	face   face
	size   int
	align  string
	indent string // w:ind attributes
	before int
	after  int
	line   int // exact; 0: as the font needs
	keep   bool
}

var looks = []look{
	{style: Title, face: song, size: 44, align: "center", before: 120, after: 240, line: 640},
	{style: Number, face: fang, size: 32, align: "center", after: 400, line: 560},
	{style: Address, face: fang, size: 32, align: "both", line: 560},
	{style: Body, face: fang, size: 32, align: "both", indent: `w:firstLineChars="200" w:firstLine="640"`, line: 560},
	{style: Heading, face: hei, size: 32, align: "both", indent: `w:firstLineChars="200" w:firstLine="640"`, line: 560, keep: true},
	{style: Caption, face: hei, size: 28, align: "center", before: 200, after: 100, line: 480, keep: true},
	{style: Sign, face: fang, size: 32, align: "right", indent: `w:rightChars="200" w:right="640"`, line: 560, keep: true},
	{style: Cell, face: fang, size: 21, align: "center", before: 30, after: 30},
	{style: Left, face: fang, size: 21, align: "left", before: 30, after: 30},
	{style: Head, face: hei, size: 21, align: "center", before: 40, after: 40},
}

func styles() string {
	w := &writer{}
	w.put(`<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr>%s<w:sz w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>`,
		mainSpace, fang.markup())
	w.put(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for _, l := range looks {
		l.write(w)
	}
	w.put(`</w:styles>`)
	return w.String()
}

func (l look) write(w *writer) {
	w.put(`<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="Yigai %s"/><w:basedOn w:val="Normal"/><w:pPr>`, l.style, l.style)
	if l.keep {
		w.put(`<w:keepNext/>`)
	}
	spacing := fmt.Sprintf(`w:before="%d" w:after="%d"`, l.before, l.after)
	if l.line > 0 {
		spacing += fmt.Sprintf(` w:line="%d" w:lineRule="exact"`, l.line)
	}
	w.put(`<w:spacing %s/>`, spacing)
	if l.indent != "" {
		w.put(`<w:ind %s/>`, l.indent)
	}
	w.put(`<w:jc w:val="%s"/></w:pPr><w:rPr>%s<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`, l.align, l.face.markup(), l.size, l.size)
}

// markup names the font for Chinese and Western letters; every style needs both.
func (f face) markup() string {
	return fmt.Sprintf(`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%s" w:cs="Times New Roman"/>`, f.name)
}

func fontTable() string {
	w := &writer{}
	w.put(`<w:fonts %s>`, mainSpace)
	for _, f := range []face{song, fang, hei} {
		w.put(`<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/></w:font>`, f.name, f.instead)
	}
	w.put(`</w:fonts>`)
	return w.String()
}

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	packageRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	documentRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>`
	// footer is the page number between dashes in 宋体 四号, GB/T 9704-2012, 7.5.
	footerHead = `<w:ftr ` + mainSpace + `>`
	footer     = `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve">— </w:t></w:r>` +
		`<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		`<w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>` +
		`<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
)
