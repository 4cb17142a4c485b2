package sheet

import (
	"bytes"
)

// signature is the beginning of a file that is certainly not a table.
type signature struct {
	prefix  string
	message string
}

var signatures = []signature{
	{"%PDF", "这是 PDF 文件,请上传 xlsx 或 csv"},
	{"\x89PNG", "这是图片,请上传 xlsx 或 csv"},
	{"\xff\xd8\xff", "这是图片,请上传 xlsx 或 csv"},
	{"GIF8", "这是图片,请上传 xlsx 或 csv"},
	{"Rar!", "这是压缩包,请解压后上传里面的 xlsx 或 csv"},
	{"7z\xbc\xaf\x27\x1c", "这是压缩包,请解压后上传里面的 xlsx 或 csv"},
	{"\x1f\x8b", "这是压缩包,请解压后上传里面的 xlsx 或 csv"},
	{"{\\rtf", "这是 RTF 文档,请上传 xlsx 或 csv"},
	{"MZ", "这是程序文件,请上传 xlsx 或 csv"},
	{"\x7fELF", "这是程序文件,请上传 xlsx 或 csv"},
}

const oleSignature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// detect tells xlsx from csv and refuses everything else.
func detect(data []byte) (Format, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return "", refuse("文件是空的")
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return XLSX, nil
	}
	if bytes.HasPrefix(data, []byte(oleSignature)) {
		return "", refuseOLE(data)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.prefix)) {
			return "", refuse("%s", s.message)
		}
	}
	if err := refuseMarkup(data); err != nil {
		return "", err
	}
	if binary(data) {
		return "", refuse("这不是表格文件(名字里的 xlsx、csv 不算数),请上传 xlsx 或 csv")
	}
	return CSV, nil
}

// binary reports whether the beginning is strewn with zero bytes, which no text in UTF-8 or GB 18030 is; UTF-16 says so
// itself.
func binary(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return false
	}
	const looked, few = 4096, 2
	return bytes.Count(data[:min(len(data), looked)], []byte{0}) > few
}

// refuseOLE tells a workbook with a password from the format of before 2007.
func refuseOLE(data []byte) error {
	if bytes.Contains(data, utf16Text("EncryptedPackage")) {
		return refuse("工作簿设有打开密码,请取消密码后再上传")
	}
	return refuse("这是旧版 xls 格式,请在 Excel 或 WPS 中另存为 xlsx 后再上传")
}

func utf16Text(s string) []byte {
	wide := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		wide = append(wide, s[i], 0)
	}
	return wide
}

// refuseMarkup recognises web pages and XML that other systems export with an
// .xls or .csv name.
func refuseMarkup(data []byte) error {
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 1024)], []byte("\xef\xbb\xbf"))))
	if !bytes.HasPrefix(head, []byte("<")) {
		return nil
	}
	for _, tag := range []string{"<html", "<!doctype html", "<table", "<head", "<meta", "<style"} {
		if bytes.Contains(head, []byte(tag)) {
			return refuse("这是网页格式的表格,不是真正的工作簿,请用 Excel 或 WPS 打开后另存为 xlsx")
		}
	}
	if bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<workbook")) {
		return refuse("这是 XML 文件,请用 Excel 或 WPS 打开后另存为 xlsx")
	}
	return nil
}
