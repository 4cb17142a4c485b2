package reportingweb

import (
	"net/http"
	"strconv"
	"time"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// noticeStyles are those of the pages about deadlines.
var noticeStyles = []string{"entry.css", "notice.css"}

// deadlineView is where the bureau sets grace and its own rest days.
type deadlineView struct {
	view
	forms []*reporting.Form
	days  []reporting.CalendarDay
	form  *form.Form
}

func (h *handlers) deadlines(w http.ResponseWriter, r *http.Request) error {
	return h.showDeadlines(w, r, http.StatusOK, form.Of(nil))
}

func (h *handlers) showDeadlines(w http.ResponseWriter, r *http.Request, status int, f *form.Form) error {
	c, err := h.svc.Catalogue(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	days, err := h.svc.CalendarDays(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	v := deadlineView{view: h.view(), days: days, form: f}
	for _, one := range c.Forms {
		if one.Enabled {
			v.forms = append(v.forms, one)
		}
	}
	return page.Render(w, r, status, deadlinePage(v))
}

// dueRule says when a form is due, in words.
func dueRule(f *reporting.Form) string {
	month := "当月"
	switch {
	case f.DueMonths == 1:
		month = "次月"
	case f.DueMonths > 1:
		month = "第 " + strconv.Itoa(f.DueMonths) + " 个月"
	}
	rule := month + " " + strconv.Itoa(f.DueDay) + " 日"
	if f.WorkingDay {
		rule += ",遇休息日顺延"
	}
	return rule
}

func (v deadlineView) graceField(f *reporting.Form) ui.Field {
	name := "grace." + f.Slug
	value := strconv.Itoa(f.GraceDays)
	if v.form.Value("form") == f.Slug {
		value = v.form.Value("grace")
	}
	return ui.Field{Name: "grace", ID: ui.FieldID(name), Value: value, Short: true, Unit: "个工作日"}
}

func (h *handlers) setGrace(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	days := f.Int("grace", "宽限", 0, 15)
	if f.Err() == nil {
		if err := h.svc.SetGrace(r.Context(), page.Who(r), f.Value("form"), days); !f.Take(err) && err != nil {
			return err
		}
	}
	if f.Err() != nil {
		return h.showDeadlines(w, r, http.StatusUnprocessableEntity, f)
	}
	return page.Redirect(w, r, "/deadlines", "已保存;还没有到截止日期的月报随之调整")
}

func (h *handlers) setDay(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	day := f.Date("day", "日期")
	if day == nil && f.Err() == nil {
		f.Add("day", "请填写日期")
	}
	worked := f.Choice("worked", "当天上班还是休息", "rest", "work") == "work"
	moved := 0
	if f.Err() == nil {
		moved, err = h.svc.SetCalendarDay(r.Context(), page.Who(r), *day, worked, f.Value("reason"))
		if !f.Take(err) && err != nil {
			return err
		}
	}
	if f.Err() != nil {
		return h.showDeadlines(w, r, http.StatusUnprocessableEntity, f)
	}
	return page.Redirect(w, r, "/deadlines", movedWords(moved))
}

func (h *handlers) clearDay(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	day := f.Date("day", "日期")
	if day == nil {
		f.Add("day", "请选择要取消的日期")
		return h.showDeadlines(w, r, http.StatusUnprocessableEntity, f)
	}
	moved, err := h.svc.ClearCalendarDay(r.Context(), page.Who(r), *day)
	if f.Take(err) {
		return h.showDeadlines(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/deadlines", movedWords(moved))
}

func movedWords(moved int) string {
	if moved == 0 {
		return "已保存,没有月报的截止日期因此变动"
	}
	return "已保存," + strconv.Itoa(moved) + " 份月报的截止日期随之变动"
}

func dayWords(d reporting.CalendarDay) string {
	return d.Day.Format(time.DateOnly) + " 周" + []string{"日", "一", "二", "三", "四", "五", "六"}[d.Day.Weekday()]
}

func dayStatus(d reporting.CalendarDay) ui.Status {
	if d.Worked {
		return ui.Status{Word: "上班", Tone: ui.Info, Icon: "calendar3"}
	}
	return ui.Status{Word: "休息", Tone: ui.Warn, Icon: "calendar3"}
}

// dueText is the deadline with what was added to it.
func dueText(r reporting.Report) string {
	switch {
	case r.Extended:
		return ui.DateTime(r.DueAt) + "(已延期)"
	case !r.GraceUntil.IsZero():
		return ui.DateTime(r.DueAt) + "(宽限到 " + ui.Date(r.GraceUntil) + ")"
	}
	return ui.DateTime(r.DueAt)
}
