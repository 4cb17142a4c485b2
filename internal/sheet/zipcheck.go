package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Bounds of a workbook's parts. Worksheets and shared strings are spilled to
// disk when they are large; everything else is held in memory.
const (
	maxParts         = 5000
	maxInMemory      = 64 << 20
	maxSharedStrings = 64 << 20
	maxStyles        = 16 << 20
)

// Sentences that more than one check uses.
var (
	errDamaged = &Error{Message: "工作簿已损坏或不完整,请用 Excel 或 WPS 打开后重新保存再上传"}
	errTooBig  = &Error{Message: "工作簿解压后过大,请删去多余的工作表、空行和图片,或拆分后再上传"}
)

// checkZip reads every part once before the library does: the library trusts
// the sizes that the archive declares and passes over damaged parts in silence.
func checkZip(data []byte, limits Limits) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errDamaged
	}
	if len(archive.File) > maxParts {
		return errTooBig
	}
	if err := checkNames(archive.File); err != nil {
		return err
	}
	budget := budget{total: limits.Unzipped, inMemory: maxInMemory}
	for _, part := range archive.File {
		if err := budget.read(part); err != nil {
			return err
		}
	}
	return nil
}

func partName(f *zip.File) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
}

// checkNames recognises by its parts what the archive is.
func checkNames(parts []*zip.File) error {
	names := map[string]bool{}
	for _, part := range parts {
		if part.Flags&1 != 0 {
			return refuse("压缩包设有密码,请上传不带密码的 xlsx 或 csv")
		}
		names[partName(part)] = true
	}
	switch {
	case names["xl/vbaproject.bin"]:
		return refuse("工作簿带有宏,请另存为不带宏的 xlsx 后再上传")
	case names["xl/workbook.bin"]:
		return refuse("这是 xlsb 格式,请另存为 xlsx 后再上传")
	case names["xl/workbook.xml"] && names["[content_types].xml"]:
		return nil
	case names["word/document.xml"]:
		return refuse("这是 Word 文档,请上传 xlsx 或 csv")
	case names["ppt/presentation.xml"]:
		return refuse("这是演示文稿,请上传 xlsx 或 csv")
	case names["content.xml"] && names["mimetype"]:
		return refuse("这是 ods 格式,请另存为 xlsx 后再上传")
	}
	return refuse("这是压缩包,不是 xlsx 工作簿,请解压后上传里面的文件")
}

// budget is what may still be unpacked.
type budget struct{ total, inMemory int64 }

// read unpacks one part to nowhere, which also proves its checksum.
func (b *budget) read(part *zip.File) error {
	if part.FileInfo().IsDir() {
		return nil
	}
	content, err := part.Open()
	if err != nil {
		return errDamaged
	}
	defer content.Close()
	var seen inspector
	var to io.Writer = &seen
	if !isWorksheet(partName(part)) {
		to = io.Discard
	}
	n, err := io.Copy(to, io.LimitReader(content, b.total+1))
	if n > b.total || b.exceeded(partName(part), n) {
		return errTooBig
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return errDamaged
	}
	if isWorksheet(partName(part)) {
		return seen.verdict()
	}
	return nil
}

func (b *budget) exceeded(name string, n int64) bool {
	b.total -= n
	switch {
	case isWorksheet(name):
		return false
	case name == "xl/sharedstrings.xml":
		return n > maxSharedStrings
	case name == "xl/styles.xml" && n > maxStyles:
		return true
	}
	b.inMemory -= n
	return b.inMemory < 0
}

func isWorksheet(name string) bool { return strings.HasPrefix(name, "xl/worksheets/sheet") }
