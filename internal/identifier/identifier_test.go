package identifier_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"yigai/internal/identifier"
)

var today = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// vectors reads the value and valid columns of a file of published numbers.
func vectors(t *testing.T, name string) map[string]bool {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	valid := map[string]bool{}
	for _, row := range rows[1:] {
		valid[row[0]] = row[1] == "1"
	}
	if len(valid) < 3 {
		t.Fatalf("%s holds %d numbers", name, len(valid))
	}
	return valid
}

func TestPublishedResidentIDs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"resident_id_sample.csv", "resident_id_more.csv"} {
		for number, valid := range vectors(t, name) {
			if _, err := identifier.ResidentID(number, today, nil); (err == nil) != valid {
				t.Errorf("%s: %v, want valid %v", number, err, valid)
			}
		}
	}
}

func TestPublishedCreditCodes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"uscc_sample.csv", "uscc_more.csv"} {
		for code, valid := range vectors(t, name) {
			got, err := identifier.USCC(code)
			if (err == nil) != valid {
				t.Errorf("%s: %v, want valid %v", code, err, valid)
			}
			if len(got.Warnings) > 0 {
				t.Errorf("%s: warnings %v", code, got.Warnings)
			}
		}
	}
}

func TestResidentIDSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                   "请填写身份证号",
		"110105491231002":    "这是 15 位的旧身份证号,请填写 18 位的号码",
		"11010519491231002":  "身份证号应为 18 位,现在是 17 位",
		"1101051949123100AX": "身份证号应为 17 位数字加 1 位数字或 X",
		"201511199001010014": "身份证号前两位“20”不是省级代码",
		"360426199113010079": "身份证号中的出生日期“19911301”不存在",
		"110101177001011234": "身份证号中的出生年份“1770”过早",
		"110101202607021234": "身份证号中的出生日期“20260702”还没有到",
		"110105194912310021": "身份证号的校验位不对,请核对是否输错",
		"张三张三张三":             "身份证号应为 17 位数字加 1 位数字或 X",
	} {
		if _, err := identifier.ResidentID(in, today, nil); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestResidentIDIsNormalisedAndRead(t *testing.T) {
	t.Parallel()
	r, err := identifier.ResidentID(" １１０１０５ 19491231 002x", today, func(code string) bool { return code != "110105" })
	if err != nil {
		t.Fatal(err)
	}
	if r.Number != "11010519491231002X" || r.Region != "110105" || !r.Female || r.Birth.Format(time.DateOnly) != "1949-12-31" {
		t.Errorf("read as %+v", r)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "110105") {
		t.Errorf("warnings %v", r.Warnings)
	}
	if man, err := identifier.ResidentID("440524188001010014", today, nil); err != nil || man.Female || man.Warnings != nil {
		t.Errorf("%+v, %v", man, err)
	}
}

func TestCreditCodeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                   "请填写统一社会信用代码",
		"12345":              "统一社会信用代码应为 18 位,现在是 5 位",
		"9111000A600037341L": "统一社会信用代码的第 3 到 8 位应为数字",
		"9111000060003IOZSV": "统一社会信用代码里不会有“I”,请核对是否把 0 和 O、1 和 I 看错",
		"911100006000O7341L": "统一社会信用代码里不会有“O”,请核对是否把 0 和 O、1 和 I 看错",
		"91110000600037341N": "统一社会信用代码的校验位不对,请核对是否输错",
	} {
		if _, err := identifier.USCC(in); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
	if c, err := identifier.USCC("91110000600037341l "); err != nil || c.Code != "91110000600037341L" || c.Region != "110000" {
		t.Errorf("%+v, %v", c, err)
	}
}

// The inner check character of a valid code is changed and the outer one made
// right again: the code passes with a warning.
func TestInnerCheckOnlyWarns(t *testing.T) {
	t.Parallel()
	warned := 0
	for _, check := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		c, err := identifier.USCC("1212000040135908" + "2" + string(check))
		if err != nil {
			continue
		}
		if warned++; len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "组织机构代码") {
			t.Errorf("%s: warnings %v", c.Code, c.Warnings)
		}
	}
	if warned != 1 {
		t.Errorf("%d check characters are right, want 1", warned)
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		identifier.MaskResidentID("360426199101010071"): "360426********0071",
		identifier.MaskResidentID("G12345678"):          "*******78",
		identifier.MaskResidentID("张三张三张三"):             "****张三",
		identifier.MaskPhone("13812345678"):             "138****5678",
		identifier.MaskPhone("0475-6211234"):            "047*****1234",
		identifier.MaskPhone("6211234"):                 "*****34",
		identifier.MaskPhone("12"):                      "**",
		identifier.MaskName("张三"):                       "张*",
		identifier.MaskName("欧阳修"):                      "欧**",
		identifier.MaskName("张"):                        "*",
		identifier.MaskName(""):                         "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDivisions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, code, parent string
		level            identifier.Level
	}{
		{"15", "15", "", identifier.Province},
		{"150000", "15", "", identifier.Province},
		{"150500", "1505", "15", identifier.Prefecture},
		{"150523", "150523", "1505", identifier.County},
		{"150523000000", "150523", "1505", identifier.County},
		{"150523100", "150523100", "150523", identifier.Township},
		{"150523100000", "150523100", "150523", identifier.Township},
		{"150523100001", "150523100001", "150523100", identifier.Village},
		{"441900003", "441900003", "4419", identifier.Township},
		{"１５０５２３", "150523", "1505", identifier.County},
	} {
		d, err := identifier.ParseDivision(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		parent, _ := d.Parent()
		if d.Code() != c.code || d.Level() != c.level || parent.Code() != c.parent {
			t.Errorf("%s: %s level %v parent %q", c.in, d.Code(), d.Level(), parent.Code())
		}
		if len(d.Padded()) != 12 || !d.Contains(d) || parent.Code() != "" && (!parent.Contains(d) || d.Contains(parent)) {
			t.Errorf("%s: padded %s", c.in, d.Padded())
		}
	}
	for _, s := range []string{"", "1", "99", "1505231", "15052A", "150523000001", "1505 23 100 0011"} {
		if d, err := identifier.ParseDivision(s); err == nil {
			t.Errorf("%q is read as %s", s, d.Code())
		}
	}
	if identifier.County.Chinese() != "县" || identifier.Level(0).Chinese() != "" {
		t.Error("the levels have wrong names")
	}
}

func FuzzAll(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "91110000600037341L", "150523100001", "\xff", "张*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, err := range []error{second(identifier.ResidentID(s, today, nil)), second(identifier.USCC(s)), second(identifier.ParseDivision(s))} {
			if err != nil && !utf8.ValidString(err.Error()) {
				t.Errorf("%q: %q", s, err)
			}
		}
		if n := utf8.RuneCountInString(s); utf8.RuneCountInString(identifier.MaskName(s)) != n {
			t.Errorf("%q is masked to another length", s)
		}
		for _, masked := range []string{identifier.MaskPhone(s), identifier.MaskResidentID(s)} {
			if utf8.ValidString(s) && !utf8.ValidString(masked) {
				t.Errorf("%q is masked as %q", s, masked)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
