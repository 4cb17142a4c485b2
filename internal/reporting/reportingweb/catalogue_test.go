package reportingweb_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"yigai/internal/actor"
	"yigai/internal/org"
	"yigai/internal/org/orgtest"
	"yigai/internal/reporting"
)

func TestCataloguePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(w.clerk, "/forms").is(http.StatusOK).has("基层医疗卫生机构月报", "次月5日")
	w.get(w.clerk, "/forms/township_monthly").is(http.StatusOK).has("总诊疗人次")
	w.get(w.clerk, "/forms/nonsense").is(http.StatusNotFound)
	if rows := w.get(w.clerk, "/elements?q=visits_total").is(http.StatusOK).find("#elements tbody tr").Length(); rows != 1 {
		t.Errorf("%d elements found", rows)
	}
	w.get(w.clerk, "/elements/new").is(http.StatusForbidden)
	w.get(w.chief, "/elements/new").is(http.StatusOK)
	values := map[string]string{"slug": "mri_exams", "name_zh": "磁共振检查人次", "unit": "人次", "kind": "flow", "decimals": "0", "aggregation": "sum"}
	t.Run("a wrong element keeps what was typed", func(t *testing.T) {
		wrong := map[string]string{"slug": "MRI", "name_zh": "磁共振", "kind": "flow", "decimals": "0", "aggregation": "sum"}
		page := w.post(w.chief, "/elements", wrong).is(http.StatusUnprocessableEntity)
		if page.value("slug") != "MRI" || page.find("#f-slug-problem").Length() != 1 {
			t.Error("the slug or its problem is missing")
		}
	})
	t.Run("created, refused the second time with another meaning, edited", func(t *testing.T) {
		w.post(w.chief, "/elements", values).leadsTo("/elements?q=mri_exams")
		values["kind"] = "stock"
		w.post(w.chief, "/elements", values).is(http.StatusUnprocessableEntity).has("已用于数据项")
		values["kind"], values["definition"] = "flow", "含增强"
		values["revision"] = w.get(w.chief, "/elements/mri_exams").value("revision")
		w.post(w.chief, "/elements/mri_exams", values).leadsTo("/elements?q=mri_exams")
		w.get(w.chief, "/elements/mri_exams").is(http.StatusOK).has("含增强")
		values["unit"] = "次"
		late := w.post(w.chief, "/elements/mri_exams", values).is(http.StatusUnprocessableEntity).has("刚被别人修改过")
		if late.value("unit") != "次" {
			t.Error("what was typed upon an old page is lost")
		}
		w.post(w.chief, "/elements/mri_exams", map[string]string{"decimals": "9"}).is(http.StatusUnprocessableEntity).has("请填写名称")
	})
}

func TestFormSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	partner := orgtest.Institution(t, w.db, w.county, org.KindPartner, "医疗保障局")
	page := w.get(w.chief, "/forms/insurance_monthly").is(http.StatusOK)
	if page.find("#assignment input").Length() != 1 || page.find("#form-settings").Length() != 1 {
		t.Error("the settings are missing")
	}
	if w.get(w.clerk, "/forms/insurance_monthly").is(http.StatusOK).find("form#form-settings").Length() > 0 {
		t.Error("a clerk sees the settings")
	}
	settings := map[string]string{"title": "医保基金月报", "due_months": "1", "due_day": "40", "enabled": "1"}
	w.post(w.clerk, "/forms/insurance_monthly", settings).is(http.StatusForbidden)
	if got := w.post(w.chief, "/forms/insurance_monthly", settings).is(http.StatusUnprocessableEntity).value("due_day"); got != "40" {
		t.Errorf("due_day is %q", got)
	}
	settings["due_day"], settings["revision"] = "8", page.value("revision")
	w.post(w.chief, "/forms/insurance_monthly", settings).leadsTo("/forms/insurance_monthly")
	w.get(w.clerk, "/forms").has("医保基金月报", "次月8日")
	settings["due_day"] = "9"
	w.post(w.chief, "/forms/insurance_monthly", settings).is(http.StatusUnprocessableEntity).has("刚被别人修改过")
	w.post(w.chief, "/forms/insurance_monthly/assignment", map[string]string{"institution": fmt.Sprint(w.hospital.ID)}).is(http.StatusUnprocessableEntity)
	w.post(w.chief, "/forms/insurance_monthly/assignment", map[string]string{"institution": fmt.Sprint(partner.ID)}).leadsTo("/forms/insurance_monthly")
	if w.get(w.chief, "/forms/insurance_monthly").find("#assignment input[checked]").Length() != 1 {
		t.Error("the choice was not kept")
	}
	w.post(w.chief, "/forms/township_monthly/assignment", nil).is(http.StatusConflict)
}

func TestHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	panels := func(who actor.Actor) string {
		t.Helper()
		list, err := w.room.Home(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, p := range list {
			if err := p.Body.Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	todos := func(who actor.Actor) int {
		t.Helper()
		n, err := w.room.Todos(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	clerk := answer{t: t, body: panels(w.clerk)}
	if n := clerk.has("还有 2 天", "未开始").find("#todo-reports tbody tr").Length(); n != 2 || todos(w.clerk) != 2 {
		t.Errorf("%d to-dos shown, %d counted", n, todos(w.clerk))
	}
	w.submitted()
	if err := w.svc.Return(t.Context(), w.reviewer, reporting.Seen{Report: w.report.ID}, "诊疗人次不对", nil); err != nil {
		t.Fatal(err)
	}
	first := answer{t: t, body: panels(w.clerk)}.find("#todo-reports tbody tr").First()
	if got := first.Text(); !bytes.Contains([]byte(got), []byte("诊疗人次不对")) {
		t.Errorf("what came back is not first: %s", got)
	}
	w.submitted()
	bureau := answer{t: t, body: panels(w.reviewer)}.has("待审核", "2026年7月完成情况", "已报")
	if bureau.find("#board tbody tr").Length() != 2 || todos(w.reviewer) != 1 {
		t.Error("the bureau's board or count is wrong")
	}
	if panels(orgtest.Actor(w.county, w.hospital)) != "" || todos(orgtest.Actor(w.county, w.hospital)) != 0 {
		t.Error("somebody without the permission sees something")
	}
	auditor := orgtest.Actor(w.county, w.root, reporting.ActionView)
	auditor.Roles = []string{actor.Auditor}
	answer{t: t, body: panels(auditor)}.has("2026年7月完成情况")
	hits, err := w.room.Search(t.Context(), w.clerk, "诊疗人次")
	if err != nil || len(hits) == 0 || len(hits) > 8 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}

func TestDerivationPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(w.clerk, "/derivations").is(http.StatusOK).has("机构名录", "村卫生室", "随产品")
	if w.get(w.clerk, "/derivations/village_clinics").is(http.StatusOK).find("form#derivation").Length() > 0 {
		t.Error("a clerk sees the form")
	}
	w.get(w.clerk, "/derivations/new").is(http.StatusForbidden)
	w.get(w.chief, "/derivations/nothing").is(http.StatusNotFound)
	w.get(w.chief, "/derivations/new").is(http.StatusOK).has("visits_village_proxy")
	values := map[string]string{"element": "visits_clinic_proxy", "version": "0", "source": "proxy_source", "expression": "visits_village", "from": july, "enabled": "1"}
	w.post(w.clerk, "/derivations", values).is(http.StatusForbidden)
	wrong := w.post(w.chief, "/derivations", values).is(http.StatusUnprocessableEntity).has("请写明原因", "没有“visits_village”")
	if wrong.value("expression") != "visits_village" {
		t.Error("what was typed is lost")
	}
	values["expression"], values["reason"] = "visits_village_proxy", "代报表里都有"
	w.post(w.chief, "/derivations", values).leadsTo("/derivations")
	w.get(w.chief, "/derivations/visits_clinic_proxy").is(http.StatusOK).has("代报表里都有", "2026-07起取数")
	values["version"], values["from"] = "1", "七月"
	w.post(w.chief, "/derivations", values).is(http.StatusUnprocessableEntity).has("开始月份")
}
