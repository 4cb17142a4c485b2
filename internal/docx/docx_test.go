package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"yigai/internal/docx"
)

func sample() docx.Document {
	return docx.Document{Title: "关于<报送>的通报", Author: "开鲁县卫生健康局", At: time.Date(2026, 8, 12, 0, 0, 0, 0, time.UTC), Blocks: []docx.Block{
		docx.Paragraph{Style: docx.Title, Text: "关于<报送>的通报"},
		docx.Paragraph{Style: docx.Body, Text: "甲 & 乙\n第二行\x00\x0b"},
		docx.Table{Columns: []docx.Column{{Title: "单位", Width: 3, Left: true}, {Title: "天数", Width: 1}}, Rows: [][]string{{"麦新镇", "3"}, {"少一格"}}},
		docx.Paragraph{Style: docx.Sign, Text: "2026年8月12日"},
	}}
}

// parts opens the file and reads each part to its end as XML.
func parts(t *testing.T, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not well-formed: %v", f.Name, err)
			}
		}
		found[f.Name] = string(text)
	}
	return found
}

func TestADocumentIsWellFormedAndHoldsItsText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sample().Write(&out); err != nil {
		t.Fatal(err)
	}
	found := parts(t, out.Bytes())
	body := found["word/document.xml"]
	for _, want := range []string{"关于&lt;报送&gt;的通报", "甲 &amp; 乙", "第二行", "麦新镇", `w:tblHeader`, `w:w="11906" w:h="16838"`, `<w:pStyle w:val="Sign"/>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	for _, font := range []string{"方正小标宋简体", "仿宋_GB2312", "黑体"} {
		if !strings.Contains(found["word/styles.xml"], font) || !strings.Contains(found["word/fontTable.xml"], font) {
			t.Errorf("%s is not named", font)
		}
	}
	if strings.Contains(found["word/footer1.xml"], "演示") {
		t.Error("a mark nobody asked for")
	}
	marked := sample()
	marked.Mark = "演示数据 <假>"
	out.Reset()
	if err := marked.Write(&out); err != nil || !strings.Contains(parts(t, out.Bytes())["word/footer1.xml"], "演示数据 &lt;假&gt;") {
		t.Errorf("the mark is not at the foot: %v", err)
	}
	if rows, cells := strings.Count(body, "<w:tr>"), strings.Count(body, "<w:tc>"); rows != 3 || cells != 6 {
		t.Errorf("%d rows with %d cells, want 3 and 6", rows, cells)
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	var one, two bytes.Buffer
	if err := errors.Join(sample().Write(&one), sample().Write(&two)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two files of one document differ")
	}
}
