package exchange_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"yigai/internal/exchange"
	"yigai/internal/fault"
	"yigai/internal/reporting"
)

// Whatever comes, the reader gives rows that can be stored or a sentence.
func FuzzRead(f *testing.F) {
	samples, err := filepath.Glob("testdata/dhis2/dvs_*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(samples, "testdata/dhis2/adx_importA.xml") {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, 0)
	}
	f.Add([]byte(`[{"institution":"a","element":"b","period":"2026-07","value":null}]`), 1)
	f.Add([]byte("机构编码,数据项,月份,值\nK1,a,2026-07,'=1\n"), 2)
	f.Fuzz(func(t *testing.T, content []byte, kind int) {
		file, err := exchange.Read(content, exchange.Kind(kind&3))
		if err != nil {
			if !fault.IsInvalid(err) || err.Error() == "" {
				t.Fatalf("refused without a sentence: %v", err)
			}
			return
		}
		if n := len(file.Rows) + len(file.Refused); n == 0 || n > reporting.MaxRows {
			t.Fatalf("%d figures", n)
		}
		for _, r := range file.Rows {
			for _, s := range []string{r.Institution, r.Element, r.Period, r.Comment} {
				if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Fatalf("%q cannot be stored", s)
				}
			}
		}
	})
}
