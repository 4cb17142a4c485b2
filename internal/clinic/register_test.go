package clinic_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yigai/internal/clinic"
	"yigai/internal/clinic/clinictest"
	"yigai/internal/fault"
	"yigai/internal/org/orgtest"
	"yigai/internal/sheet"
)

// TestRegister goes through the life of a register in one county, because loading the county takes the longest.
func TestRegister(t *testing.T) {
	t.Parallel()
	c := clinictest.Kailu(t)
	t.Run("a list goes from page to page and back", func(t *testing.T) { listed(t, c) })
	t.Run("what is edited is kept, with its trail", func(t *testing.T) { edited(t, c) })
	t.Run("outside the scope there is nothing", func(t *testing.T) { scoped(t, c) })
	t.Run("a later month leaves the earlier one alone", func(t *testing.T) { monthly(t, c) })
	t.Run("an export comes back unchanged", func(t *testing.T) { roundTrip(t, c) })
	t.Run("262 clinics with 12 bad rows", func(t *testing.T) { imported(t, c) })
}

func listed(t *testing.T, c *clinictest.County) {
	p, err := c.Clinic.List(t.Context(), c.Admin, clinic.Filter{Limit: 100})
	if err != nil || p.Total != 262 || len(p.Items) != 100 || p.Prev != "" || p.Items[0].Code != "K-V001" || p.Items[0].TownshipName != "开鲁镇" {
		t.Fatalf("first page: %d of %d, %v", len(p.Items), p.Total, err)
	}
	second, err := c.Clinic.List(t.Context(), c.Admin, clinic.Filter{Limit: 100, Cursor: p.Next})
	if err != nil || second.Items[0].Code != "K-V101" || second.Prev == "" {
		t.Fatalf("second page: %+v, %v", second.Prev, err)
	}
	back, err := c.Clinic.List(t.Context(), c.Admin, clinic.Filter{Limit: 100, Cursor: second.Prev})
	if err != nil || back.Items[0].Code != "K-V001" || back.Next == "" {
		t.Fatalf("back: %v, %v", back.Next, err)
	}
	for f, want := range map[clinic.Filter]int{{Township: "150523103"}: 18, {Missing: clinic.MissingAll}: 262, {Missing: "licence_number"}: 262,
		{Missing: clinic.ExpiredPermit}: 0, {Missing: "x'; --"}: 0, {Text: "k-v001"}: 1, {Parent: c.ID("K-T04")}: 18, {Text: "\x00"}: 262} {
		if p, err := c.Clinic.List(t.Context(), c.Admin, f); err != nil || p.Total != want {
			t.Errorf("%+v: %d, want %d, %v", f, p.Total, want, err)
		}
	}
	if _, err := c.Clinic.List(t.Context(), c.Admin, clinic.Filter{Cursor: "!"}); !fault.IsInvalid(err) {
		t.Errorf("a wrong cursor: %v", err)
	}
}

func edited(t *testing.T, c *clinictest.County) {
	id := c.ID("K-V001")
	v := clinic.Values{"population": "0", "distance": "3.5", "room_duty": clinic.No, "room_tcm": clinic.Yes, "ownership": clinic.Contract,
		"contract_until": "2027-12-31", "subsidy": "6000", "subsidy_year": "2026", "note": "两行\n文字"}
	got, err := c.Clinic.Edit(t.Context(), c.Admin, id, 0, clinic.Change{Values: v, Villages: []string{"150523100201", "150523100200"}})
	if err != nil || got.Version != 1 || fmt.Sprint(got.Villages) != "[150523100200 150523100201]" {
		t.Fatalf("edit: %+v, %v", got, err)
	}
	for name, want := range v {
		if got.Values[name] != want {
			t.Errorf("%s is %q, want %q", name, got.Values[name], want)
		}
	}
	if got.Values["staff"] != "" || got.Values["room_diagnosis"] != "" {
		t.Error("what was not stated is known")
	}
	if _, err := c.Clinic.Edit(t.Context(), c.Admin, id, 0, clinic.Change{Values: clinic.Values{"staff": "2"}}); !fault.IsConflict(err) {
		t.Errorf("a stale version: %v", err)
	}
	if _, err := c.Clinic.Edit(t.Context(), c.Admin, id, 1, clinic.Change{Values: clinic.Values{"ownership": clinic.Public}}); !fault.IsInvalid(err) {
		t.Errorf("what does not fit: %v", err)
	}
	if same, err := c.Clinic.Edit(t.Context(), c.Admin, id, 1, clinic.Change{Values: clinic.Values{"population": "0"}}); err != nil || same.Version != 1 {
		t.Errorf("nothing changed: %d, %v", same.Version, err)
	}
	if _, err := c.Clinic.Edit(t.Context(), c.Admin, id, 1, clinic.Change{Villages: []string{"999999999999"}}); !fault.IsInvalid(err) {
		t.Errorf("an unknown village: %v", err)
	}
	history, err := c.Clinic.History(t.Context(), c.Admin, id)
	if err != nil || len(history) != 1 || history[0].After["room_duty"] != "否" || history[0].After["ownership"] != "协议使用" {
		t.Errorf("history: %+v, %v", history, err)
	}
}

func scoped(t *testing.T, c *clinictest.County) {
	theirs := c.At("K-T05", clinic.ActionView, clinic.ActionEdit)
	own := c.At("K-V082", clinic.ActionView, clinic.ActionEdit)
	if _, err := c.Clinic.Get(t.Context(), theirs, c.ID("K-V001")); !fault.IsNotFound(err) {
		t.Errorf("another township's clinic: %v", err)
	}
	if _, err := c.Clinic.Edit(t.Context(), own, c.ID("K-V001"), 1, clinic.Change{}); !fault.IsNotFound(err) {
		t.Errorf("another clinic: %v", err)
	}
	if p, err := c.Clinic.List(t.Context(), own, clinic.Filter{}); err != nil || p.Total != 1 {
		t.Errorf("a village doctor sees %d clinics, %v", p.Total, err)
	}
	if _, err := c.Clinic.Edit(t.Context(), own, c.ID("K-V082"), 0, clinic.Change{Values: clinic.Values{"staff": "1"}}); err != nil {
		t.Errorf("the own clinic: %v", err)
	}
	reader := c.At("K-T01", clinic.ActionView)
	for name, err := range map[string]error{
		"edit":   second(c.Clinic.Edit(t.Context(), reader, c.ID("K-V001"), 1, clinic.Change{})),
		"import": second(c.Clinic.Import(t.Context(), reader, strings.NewReader("x"), clinic.Options{})),
		"export": c.Clinic.Export(t.Context(), reader, clinic.Filter{}, sheet.CSV, &bytes.Buffer{}),
		"list":   second(c.Clinic.List(t.Context(), c.At("K-T01"), clinic.Filter{})),
	} {
		if !fault.IsForbidden(err) {
			t.Errorf("%s without the action: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func monthly(t *testing.T, c *clinictest.County) {
	c.Put("K-V002", clinic.Values{"ownership": clinic.Private, "ecg": clinic.No, "diseases": "19"})
	later := clinic.New(c.DB, func() time.Time { return orgtest.Now().AddDate(0, 2, 0) })
	if _, err := later.Edit(t.Context(), c.Admin, c.ID("K-V002"), 1, clinic.Change{Values: clinic.Values{"ownership": clinic.Public, "diseases": "20"}}); err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	rows, err := c.DB.Query(t.Context(), `SELECT to_char(period_month, 'YYYY-MM') || ' ' || element, value::text FROM clinic_facts
		WHERE county_id = $1 AND institution_id = $2`, c.County.ID, c.ID("K-V002"))
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			t.Fatal(err)
		}
		facts[k] = v
	}
	for k, want := range map[string]string{"2026-08 village_clinics_total": "1", "2026-08 village_clinics_public": "0", "2026-09 village_clinics_public": "0",
		"2026-10 village_clinics_public": "1", "2026-09 village_clinics_20_diseases": "0", "2026-10 village_clinics_20_diseases": "1",
		"2026-08 village_clinics_ecg": "0", "2026-08 village_clinic_staff": "", "2026-07 village_clinics_total": ""} {
		if facts[k] != want {
			t.Errorf("%s is %q, want %q", k, facts[k], want)
		}
	}
	if _, err := c.DB.Exec(t.Context(), `DELETE FROM clinic WHERE since = '2026-10-01'`); err != nil { // the clock goes back for what follows
		t.Fatal(err)
	}
}

func roundTrip(t *testing.T, c *clinictest.County) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var file bytes.Buffer
		if err := c.Clinic.Export(t.Context(), c.Admin, clinic.Filter{}, format, &file); err != nil {
			t.Fatal(err)
		}
		got, err := c.Clinic.Import(t.Context(), c.Admin, &file, clinic.Options{})
		if err != nil || got.Rows != 262 || got.Unchanged != 262 || len(got.Findings) != 0 {
			t.Errorf("%s: %d of %d unchanged, %v, %v", format, got.Unchanged, got.Rows, got.Findings, err)
		}
	}
}

// register is a file of the county's 262 clinics in which 12 rows are bad, each in a way of its own.
func register() (string, []string) {
	var b strings.Builder
	b.WriteString("机构编码,机构名称,服务人口(人),产权,协议到期日,诊断室,许可证有效期至,补助年度,运行补助(元),服务村代码,医务人员,其中:中医药为主\n")
	bad := map[int]string{
		3: "K-V003,,一千,公有,,是,2028-01-01,2026,6000,,2,1", 20: "K-V020,,1000,国有,,是,2028-01-01,2026,6000,,2,1",
		21: "K-V021,,1000,公有,2027-01-01,是,2028-01-01,2026,6000,,2,1", 50: "K-V050,,1000,公有,,大概,2028-01-01,2026,6000,,2,1",
		51: "K-V051,,1000,公有,,是,2028-02-30,2026,6000,,2,1", 77: "K-V077,,1000,公有,,是,2028-01-01,,6000,,2,1",
		90: "K-V089,,1000,公有,,是,2028-01-01,2026,6000,,2,1", 91: "X-1,,1000,公有,,是,2028-01-01,2026,6000,,2,1",
		130: "K-V130,,1000,公有,,是,2028-01-01,2026,6000,1,2,1", 131: "K-V131,,1000,公有,,是,2028-01-01,2026,6000,,2,3",
		200: ",,1000,公有,,是,2028-01-01,2026,6000,,2,1", 262: "K-V262,,-5,公有,,是,2028-01-01,2026,6000,,2,1",
	}
	reasons := []string{"一千", "公有、协议使用、私有", "不填协议到期日", "请填“是”或“否”", "2028-02-30", "一起填", "第 90 行是同一家", "没有编码为“X-1”", "没有代码为 1 的村",
		"不能多于医务人员数", "请填写机构编码", "-5"}
	for n := 1; n <= 262; n++ {
		if row, isBad := bad[n]; isBad {
			b.WriteString(row + "\n")
			continue
		}
		fmt.Fprintf(&b, "K-V%03d,,1000,公有,,是,2028-01-01,2026,6000,,2,1\n", n)
	}
	return b.String(), reasons
}

func imported(t *testing.T, c *clinictest.County) {
	file, reasons := register()
	c.Put("K-V001", clinic.Values{"contract_until": "", "ownership": clinic.Public})
	before := c.State("K-V010").Version
	all := func(o clinic.Options) clinic.Result {
		got, err := c.Clinic.Import(context.Background(), c.Admin, strings.NewReader(file), o)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	none := all(clinic.Options{})
	if none.Stored || len(none.Refused) != 12 || c.State("K-V010").Version != before {
		t.Fatalf("all or none: stored %t, refused %d", none.Stored, len(none.Refused))
	}
	for i, r := range none.Refused {
		if !strings.Contains(strings.Join(r.Reasons, ";"), reasons[i]) {
			t.Errorf("row %d says %v, want %s", r.Row.Number, r.Reasons, reasons[i])
		}
	}
	some := all(clinic.Options{Partial: true})
	if !some.Stored || some.Updated != 250 || len(some.Refused) != 12 || c.State("K-V010").Values["population"] != "1000" {
		t.Fatalf("some: %+v", some.Updated)
	}
	var back bytes.Buffer
	if err := some.WriteRefused(sheet.CSV, &back); err != nil || strings.Count(back.String(), "\n") != 13 {
		t.Errorf("refused rows: %v\n%s", err, back.String())
	}
	if again := all(clinic.Options{Partial: true}); again.Updated != 0 || again.Unchanged != 250 {
		t.Errorf("a second time changes %d", again.Updated)
	}
	if _, err := c.Clinic.Import(t.Context(), c.Admin, strings.NewReader("\x89PNG"), clinic.Options{}); !fault.IsInvalid(err) {
		t.Errorf("a picture: %v", err)
	}
}
