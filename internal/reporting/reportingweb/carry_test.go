package reportingweb_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/reporting"
	"yigai/internal/reporting/reportingtest"
)

// withJune gives the hospital last month's beds and people.
func (w *world) withJune() {
	w.t.Helper()
	reportingtest.Accepted(w.t, w.db, reportingtest.System(w.t, w.db, w.county.ID), w.hospital.Code, "2026-06",
		map[string]string{"beds_actual": "50", "nurses": "10", "resident_pop": "23000", "visits_total": "5000"})
}

func TestCarryWithoutScripts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withJune()
	address := w.at("/reporting/%d")
	page := w.get(w.clerk, address).is(http.StatusOK)
	if n := page.find("[data-carry]").Length(); n != 3 {
		t.Errorf("%d cells are offered, want 3", n)
	}
	all := page.find(".pane-0 [data-carry-all]")
	if all.Length() != 1 || all.AttrOr("formaction", "") != address+"/carry" || !strings.Contains(all.Text(), "2 格") {
		t.Fatalf("the section offers %q", all.Text())
	}
	typed := map[string]string{"base": page.value("base"), "section": "0", w.field("nurses"): "11", "carry": all.AttrOr("value", "")}
	w.post(w.clerk, address+"/carry", typed).leadsTo(address + "?section=0")
	if c := w.cell("nurses"); c.String() != "11" || c.Origin != reporting.Typed {
		t.Errorf("what was typed is %+v", c)
	}
	if c := w.cell("beds_actual"); c.String() != "50" || c.Origin != reporting.Carried {
		t.Errorf("carried is %+v", c)
	}
	page = w.get(w.clerk, address).is(http.StatusOK)
	if page.find(".cell-carried").Length() != 1 || page.find("[data-carry]").Length() != 1 {
		t.Errorf("%d marked, %d offered", page.find(".cell-carried").Length(), page.find("[data-carry]").Length())
	}
	w.post(w.clerk, address+"/carry", map[string]string{"base": page.value("base"), "carry": w.field("resident_pop")}).leadsTo(address + "?section=0")
	if c := w.cell("resident_pop"); c.Origin != reporting.Carried {
		t.Errorf("the one cell is %+v", c)
	}
	t.Run("what cannot be stored stays typed and nothing is carried", func(t *testing.T) {
		page := w.get(w.clerk, address)
		w.post(w.clerk, address+"/carry", map[string]string{"base": page.value("base"), w.field("deaths"): "x", "carry": "section.0"}).
			is(http.StatusUnprocessableEntity)
	})
	w.post(actor.Actor{CountyID: w.county.ID}, address+"/carry", nil).is(http.StatusForbidden)
	w.post(w.stranger, address+"/carry", nil).is(http.StatusNotFound)
}

func TestACellSaysWhereItsFigureIsFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address := w.at("/reporting/%d")
	page := w.get(w.clerk, address).is(http.StatusOK)
	note := page.find(".note-source")
	if note.Length() != 1 || !strings.Contains(note.Text(), "机构名录") || note.Find("a").AttrOr("href", "") != fmt.Sprintf("/institutions/%d", w.hospital.ID) {
		t.Errorf("the source is said as %q", note.Text())
	}
	if page.value(w.field("village_clinics")) != "2" {
		t.Errorf("the cell says %s", page.value(w.field("village_clinics")))
	}
	values := map[string]string{"base": page.value("base"), w.field("village_clinics"): "5"}
	w.post(w.clerk, address, values).is(http.StatusSeeOther)
	page = w.get(w.clerk, address)
	box := reporting.WarningField("来源:village_clinics", w.hospital.ID)
	if page.find(fmt.Sprintf("[name=%q]", box)).Length() != 1 {
		t.Fatal("no reason is asked for")
	}
	w.post(w.clerk, address, map[string]string{"base": page.value("base"), box: "名录还没有更新", "b" + box: page.value("b" + box)}).is(http.StatusSeeOther)
	w.submitted()
	w.get(w.reviewer, address).is(http.StatusOK).has("与来源不同 1 格", "名录还没有更新")
}

func TestLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clerk.AccountID = 901
	address := w.at("/reporting/%d/live")
	ask := `{"since":"2026-08-03T00:00:00Z","account":901}`
	var out struct {
		At     string
		Others []string
		Locked string
		Cells  []struct{ Field, Shown, By string }
		Screen *struct{ Text map[string]string }
	}
	look := func(who actor.Actor, body string) {
		t.Helper()
		out.Cells, out.Screen, out.Others = nil, nil, nil
		if err := json.Unmarshal([]byte(w.json(who, "POST", address, body).is(http.StatusOK).body), &out); err != nil {
			t.Fatal(err)
		}
	}
	if look(w.clerk, ask); len(out.Cells) != 0 || out.Screen != nil || out.At == "" {
		t.Errorf("at first: %+v", out)
	}
	w.json(w.clerk, "POST", w.at("/reporting/%d/cells"), fmt.Sprintf(`{"cells":[{"subject":%d,"element":"deaths","value":"1"}]}`, w.hospital.ID)).is(http.StatusOK)
	colleague := w.clerk
	colleague.AccountID, colleague.Name = 902, "李娜"
	if look(colleague, `{"since":"2026-08-03T00:00:00Z"}`); len(out.Cells) != 1 || out.Cells[0].By != "王芳" || out.Cells[0].Shown != "1" || out.Screen == nil || len(out.Others) != 1 {
		t.Errorf("the colleague is told %+v", out)
	}
	w.json(colleague, "POST", address, ask).is(http.StatusConflict).has("换了人登录")
	w.json(colleague, "POST", w.at("/reporting/%d/cells"), fmt.Sprintf(`{"account":901,"cells":[{"subject":%d,"element":"deaths","value":"2","version":1}]}`, w.hospital.ID)).
		is(http.StatusConflict)
	w.json(w.clerk, "POST", address, `{"since":"yesterday"}`).is(http.StatusUnprocessableEntity)
	w.json(w.stranger, "POST", address, ask).is(http.StatusNotFound)
	w.json(w.reviewer, "POST", address, ask).is(http.StatusForbidden)
}
