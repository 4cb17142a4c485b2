package form_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yigai/internal/fault"
	"yigai/internal/form"
	"yigai/internal/number"
)

func TestFormKeepsWhatWasTypedAndNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	f := form.Of(map[string]string{"name": "  麦新镇卫生院 ", "day": "32", "kind": "hospital", "month": "2026-13",
		"on": "2026-02-30", "amount": "一百", "note": strings.Repeat("字", 11)})
	if got := f.Required("name", "机构名称", 40); got != "麦新镇卫生院" {
		t.Errorf("name is %q", got)
	}
	f.Required("code", "机构编码", 40)
	f.Int("day", "截止日", 1, 28)
	f.Choice("kind", "机构类型", "clinic", "bureau")
	f.Month("month", "报告期")
	f.Date("on", "开业日期")
	f.Decimal("amount", "金额", number.Rule{Decimals: 2})
	f.Text("note", "备注", 10)
	for _, field := range []string{"code", "day", "kind", "month", "on", "amount", "note"} {
		if f.Problem(field) == "" {
			t.Errorf("%s should have a problem", field)
		}
	}
	if f.Problem("name") != "" || f.Value("amount") != "一百" {
		t.Error("a right field has a problem, or what was typed is gone")
	}
	if n := len(fault.Problems(f.Err())); n != 7 {
		t.Errorf("want 7 problems, got %d", n)
	}
}

func TestFormTakesTheProblemsOfAnOperation(t *testing.T) {
	t.Parallel()
	f := form.Of(nil)
	if f.Err() != nil {
		t.Error("an untouched form has no problems")
	}
	if !f.Take(fault.Field("code", "机构编码已被使用")) || f.Problem("code") == "" {
		t.Error("the operation's problem is lost")
	}
	if f.Take(fault.NotFound("机构")) {
		t.Error("only Invalid faults belong to a form")
	}
}

func TestParseRefusesWhatNoTextHolds(t *testing.T) {
	t.Parallel()
	for body, fine := range map[string]bool{"name=%E9%BA%A6%E6%96%B0": true, "name=a%00": false, "name=%C2%F3": false} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := form.Parse(r); fine != (err == nil) || !fine && !fault.IsInvalid(err) {
			t.Errorf("%s: %v", body, err)
		}
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader("name="+strings.Repeat("a", 100)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, 50)
	var large *http.MaxBytesError
	if _, err := form.Parse(r); !errors.As(err, &large) {
		t.Errorf("a body beyond the bound: %v", err)
	}
	r = httptest.NewRequest("POST", "/", strings.NewReader("name="+strings.Repeat("a", form.MaxBody)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := form.Parse(r); !errors.As(err, &large) {
		t.Errorf("more than anybody types: %v", err)
	}
}
