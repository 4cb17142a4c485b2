package ui_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"yigai/web/ui"
)

// hostileComponents is every exported component, filled with hostile text.
func hostileComponents() map[string]templ.Component {
	return map[string]templ.Component{
		"Badge": ui.Badge(filled[ui.Status]()), "Dot": ui.Dot(filled[ui.Status]()), "Tag": ui.Tag(hostile), "Icon": ui.Icon(hostile),
		"Button": ui.Button(ui.Action{Label: hostile, URL: hostile}), "Button post": ui.Button(ui.Action{Label: hostile, URL: hostile, Post: true, Values: map[string]string{hostile: hostile}}),
		"Button why": ui.Button(ui.Action{Label: hostile, Why: hostile}), "Button confirm": ui.Button(ui.Action{Label: hostile, Confirm: hostile, Reason: hostile, Form: hostile}),
		"DropMenu": ui.DropMenu(filled[ui.Menu]()), "Missing": ui.Missing(), "NA": ui.NA(), "NoValue": ui.NoValue(hostile),
		"TextField": ui.TextField(filled[ui.Field]()), "PasswordField": ui.PasswordField(filled[ui.Field]()), "NumberField": ui.NumberField(filled[ui.Field]()),
		"DateField": ui.DateField(filled[ui.Field]()), "MonthField": ui.MonthField(filled[ui.Field]()), "TextAreaField": ui.TextAreaField(filled[ui.Field]()),
		"SelectField": ui.SelectField(filled[ui.Choice]()), "RadioField": ui.RadioField(filled[ui.Choice]()), "CheckGroup": ui.CheckGroup(filled[ui.Choice]()),
		"CheckboxField": ui.CheckboxField(filled[ui.Check]()), "FileField": ui.FileField(filled[ui.Upload]()), "ErrorSummary": ui.ErrorSummary(filled[[]ui.FieldProblem]()),
		"FormBox": ui.FormBox(filled[ui.Form]()), "FieldSet": ui.FieldSet(hostile), "FilterBar": ui.FilterBar(filled[ui.Filter]()), "CellInput": ui.CellInput(filled[ui.CellField]()),
		"DataTable": ui.DataTable(filled[ui.Table]()), "EmptyState": ui.EmptyState(filled[ui.Empty]()), "Pager": ui.Pager(filled[ui.Paging]()),
		"Help": ui.Help(filled[ui.HelpText]()), "Tabs": ui.Tabs(hostile, filled[[]ui.Tab]()), "Steps": ui.Steps([]string{hostile}, 0),
		"Card": ui.Card(filled[ui.Panel]()), "Columns": ui.Columns(hostile), "Callout": ui.Callout(filled[ui.Notice]()), "Definitions": ui.Definitions(filled[[]ui.Term]()),
		"Stats": ui.Stats(filled[[]ui.Stat]()), "ProgressBar": ui.ProgressBar(filled[ui.Progress]()), "Fill": ui.Fill(1, 2),
		"Timeline": ui.Timeline(filled[[]ui.Event]()), "Changes": ui.Changes(filled[[]ui.Changed]()), "Provenance": ui.Provenance(filled[ui.Origin]()), "Signatures": ui.Signatures([]string{hostile}),
		"Drawer": ui.Drawer(filled[ui.Side]()), "Sparkline": ui.Sparkline(filled[ui.Spark]()), "LineChart": ui.LineChart(filled[ui.Line]()), "BarRank": ui.BarRank(filled[ui.Rank]()), "TileGrid": ui.TileGrid(filled[[]ui.Tile]()),
		"Flashes": ui.Flashes(filled[[]ui.Flash]()), "PeriodSwitch": ui.PeriodSwitch(filled[ui.Period]()), "Bare": ui.Bare(filled[ui.Plain]()), "Problem": ui.Problem(filled[ui.Trouble]()),
		"Page": ui.Page(ui.Frame{Title: hostile, Subtitle: hostile, Crumbs: filled[[]ui.Link](), Scripts: []string{hostile}}),
	}
}

func TestComponents(t *testing.T) {
	t.Parallel()
	for name, component := range hostileComponents() {
		t.Run(name+" escapes what it is given", func(t *testing.T) {
			t.Parallel()
			html := render(t, component, filled[ui.Shell]())
			if html == "" {
				t.Fatal("rendered nothing")
			}
			if strings.Contains(html, "<x") {
				t.Errorf("unescaped text in %s", html)
			}
			if strings.Contains(html, " style=") || strings.Contains(html, " onclick=") {
				t.Errorf("inline style or script in %s", html)
			}
		})
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	shell := ui.Shell{County: "开鲁县", User: "张晓梅", Todos: 120, Demo: true,
		Nav:     []ui.NavGroup{{Label: "月报", Items: []ui.NavItem{{Label: "审核", URL: "/reviews", Icon: "list-check", Active: true, Count: 3}}}},
		Flashes: []ui.Flash{{Tone: ui.Good, Text: "已保存"}}}
	d := doc(t, ui.Page(ui.Frame{Title: "审核", Primary: &ui.Action{Label: "通过", URL: "/a", Post: true}}), shell)

	t.Run("names itself and the language", func(t *testing.T) {
		t.Parallel()
		wantText(t, d, "title", "审核 · 医改")
		wantCount(t, d, `html[lang="zh-CN"]`, 1)
		wantCount(t, d, "h1", 1)
	})
	t.Run("shows where one is", func(t *testing.T) {
		t.Parallel()
		wantCount(t, d, `nav.side a.active[aria-current="page"][href="/reviews"]`, 1)
		wantText(t, d, `[data-testid="todo-count"]`, "99+")
		wantText(t, d, ".demo", "演示数据,非真实数据")
		wantText(t, d, ".flash", "已保存")
	})
	t.Run("has one primary action, which posts", func(t *testing.T) {
		t.Parallel()
		wantCount(t, d, `.page-actions form[method="post"][action="/a"] button.btn-primary`, 1)
	})
	t.Run("offers the user menu with a posted sign-out", func(t *testing.T) {
		t.Parallel()
		wantText(t, d, ".user", "修改密码")
		wantCount(t, d, `.user form[method="post"][action="/logout"] button`, 1)
	})
	t.Run("has no script in the page itself", func(t *testing.T) {
		t.Parallel()
		wantCount(t, d, "script:not([src])", 0)
	})
}

func TestProblem(t *testing.T) {
	t.Parallel()
	d := doc(t, ui.Problem(ui.Trouble{Status: 403, Reference: "R-1"}), ui.Shell{User: "王×"})
	wantText(t, d, "h1", "没有权限")
	wantText(t, d, "#reference", "R-1")
	wantCount(t, d, "nav.side", 1)
	wrong := doc(t, ui.Problem(ui.Trouble{Status: 422, Message: "报告期“zz”无法识别,应如 2026-07"}))
	wantText(t, wrong, "main", "应如 2026-07")
	wantText(t, wrong, "main", "按上面的说明改正")
	wantText(t, doc(t, ui.Problem(ui.Trouble{Status: 599})), "h1", "系统出错了")
}

func TestButton(t *testing.T) {
	t.Parallel()
	t.Run("never leads to a script", func(t *testing.T) {
		t.Parallel()
		if html := render(t, ui.Button(ui.Action{Label: "x", URL: "javascript:alert(1)"})); strings.Contains(html, "javascript:") {
			t.Error(html)
		}
	})
	t.Run("asks for the reason before it posts", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.Button(ui.Action{Label: "退回", URL: "/r", Post: true, Confirm: "退回吗?", Reason: "原因"}))
		wantCount(t, d, `details form[method="post"] textarea[name="reason"][required]`, 1)
		wantText(t, d, ".confirm-text", "退回吗?")
	})
	t.Run("says why it cannot be used", func(t *testing.T) {
		t.Parallel()
		d := doc(t, ui.Button(ui.Action{Label: "上报", Why: "还有 2 处错误"}))
		wantCount(t, d, "button[disabled]", 1)
		wantCount(t, d, `[title="还有 2 处错误"]`, 1)
	})
}

func TestIcons(t *testing.T) {
	t.Parallel()
	sprite, err := os.ReadFile("../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := ui.Gallery().Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	d.Find("use").Each(func(_ int, use *goquery.Selection) {
		_, name, _ := strings.Cut(use.AttrOr("href", ""), "#")
		if !strings.Contains(string(sprite), `id="`+name+`"`) {
			t.Errorf("no icon %q in the sprite", name)
		}
	})
	wantCount(t, d, "#long tbody tr", 300)
}
