package exchange_test

import (
	"strings"
	"testing"

	"yigai/internal/exchange"
	"yigai/internal/fault"
)

func TestCodesOfOtherSystems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(s exchange.Subject, codes map[string]string) (int, error) {
		return w.svc.SetCodes(t.Context(), w.chief, s, codes)
	}
	if n, err := set(exchange.Institutions, map[string]string{w.hospital.Code: "OU1", w.other.Code: "OU2"}); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	t.Run("two may change places", func(t *testing.T) {
		if n, err := set(exchange.Institutions, map[string]string{w.hospital.Code: "OU2", w.other.Code: "OU1"}); n != 2 || err != nil {
			t.Errorf("institutions: %d, %v", n, err)
		}
		if n, err := set(exchange.Elements, map[string]string{"visits_total": "A", "visits_home": "B"}); n == 0 || err != nil {
			t.Errorf("elements: %d, %v", n, err)
		}
		if n, err := set(exchange.Elements, map[string]string{"visits_total": "B", "visits_home": "A", "nurses": ""}); n < 2 || err != nil {
			t.Errorf("elements: %d, %v", n, err)
		}
	})
	t.Run("what does not fit changes nothing", func(t *testing.T) {
		for _, codes := range []map[string]string{{w.hospital.Code: "X", "none": "Y"}, {w.hospital.Code: "X", w.other.Code: "X"}, {w.hospital.Code: strings.Repeat("长", 61)}} {
			if _, err := set(exchange.Institutions, codes); !fault.IsInvalid(err) {
				t.Errorf("%v: %v", codes, err)
			}
		}
		if _, err := set(exchange.Elements, map[string]string{"nurses": "B"}); !fault.IsInvalid(err) {
			t.Errorf("a code that another element has: %v", err)
		}
		if _, err := set(exchange.Elements, map[string]string{"none": "B"}); !fault.IsInvalid(err) {
			t.Errorf("an element that is not there: %v", err)
		}
	})
	t.Run("out as a table and in again", func(t *testing.T) {
		out, err := w.svc.ExportCodes(t.Context(), w.chief, exchange.Institutions)
		if err != nil || !strings.Contains(string(out.Body), w.hospital.Code+",麦新镇中心卫生院,OU2") {
			t.Fatalf("%v: %s", err, out.Body)
		}
		if n, err := w.svc.ImportCodes(t.Context(), w.chief, exchange.Institutions, out.Body); n != 0 || err != nil {
			t.Errorf("the same: %d, %v", n, err)
		}
		changed := strings.Replace(string(out.Body), "OU2", "", 1)
		if n, err := w.svc.ImportCodes(t.Context(), w.chief, exchange.Institutions, []byte(changed)); n != 1 || err != nil {
			t.Errorf("taken away: %d, %v", n, err)
		}
		if _, err := w.svc.ImportCodes(t.Context(), w.chief, exchange.Institutions, []byte("本县编码,外部编码\nK1,a\nK1,b\n")); !fault.IsInvalid(err) {
			t.Errorf("a code twice: %v", err)
		}
	})
	t.Run("found by name and by either code", func(t *testing.T) {
		for text, f := range map[string]exchange.Subject{"麦新": exchange.Institutions, "ou1": exchange.Institutions, "磁共振": exchange.Elements, "f7n": exchange.Elements, "mri_": exchange.Elements} {
			if list, _, err := w.svc.Codes(t.Context(), w.chief, exchange.CodeFilter{Subject: f, Text: text}); err != nil || len(list) != 1 && text != "ou1" {
				t.Errorf("%s: %v, %v", text, list, err)
			}
		}
		first, next, err := w.svc.Codes(t.Context(), w.chief, exchange.CodeFilter{Subject: exchange.Elements})
		if err != nil || next == "" || len(first) != 100 {
			t.Fatalf("%d, %q, %v", len(first), next, err)
		}
		rest, _, err := w.svc.Codes(t.Context(), w.chief, exchange.CodeFilter{Subject: exchange.Elements, After: next})
		if err != nil || len(rest) == 0 || rest[0].Own == first[99].Own {
			t.Errorf("the next page: %d, %v", len(rest), err)
		}
	})
	t.Run("only who configures the whole county", func(t *testing.T) {
		if _, err := w.svc.SetCodes(t.Context(), w.clerk, exchange.Elements, map[string]string{"nurses": "N"}); !fault.IsForbidden(err) {
			t.Errorf("a clerk: %v", err)
		}
		part := w.chief
		part.Scope = w.clerk.Scope
		if _, err := w.svc.SetCodes(t.Context(), part, exchange.Elements, map[string]string{"nurses": "N"}); !fault.IsForbidden(err) {
			t.Errorf("of a part: %v", err)
		}
	})
}
