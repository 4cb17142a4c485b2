package reportingweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// batch is what a reviewer asks to be done with the ticked reports.
type batch struct {
	*form.Form
	back   string
	chosen []reporting.Seen
}

func readBatch(r *http.Request) (batch, error) {
	f, err := form.Parse(r)
	if err != nil {
		return batch{}, err
	}
	b := batch{Form: f, back: "/review", chosen: chosenReports(f.Values["report"])}
	if f.Value("form") != "" {
		b.back += "?" + url.Values{"form": {f.Value("form")}, "period": {f.Value("period")}}.Encode()
	}
	return b, nil
}

// passMany checks or accepts the ticked reports; those that could not be are named with the reason.
func (h *handlers) passMany(w http.ResponseWriter, r *http.Request) error {
	b, err := readBatch(r)
	if err != nil {
		return err
	}
	if len(b.chosen) == 0 {
		page.AddFlash(r.Context(), ui.Warn, "请先勾选要通过的月报")
		return page.Redirect(w, r, b.back, "")
	}
	done, err := h.svc.PassMany(r.Context(), page.Who(r), b.chosen)
	if err := h.tellRefused(r.Context(), "通过", len(b.chosen)-done.Checked-done.Accepted, done.Refused, err); err != nil {
		return err
	}
	return page.Redirect(w, r, b.back, passedWords(done))
}

func passedWords(done reporting.Passed) string {
	words := "已通过 " + strconv.Itoa(done.Accepted) + " 份,指标正在更新"
	switch {
	case done.Checked > 0 && done.Accepted == 0:
		return "已初审通过 " + strconv.Itoa(done.Checked) + " 份,等待终审"
	case done.Checked > 0:
		return words + ";已初审通过 " + strconv.Itoa(done.Checked) + " 份,等待终审"
	}
	return words
}

// returnMany returns the ticked reports with one reason and a word more for each that has one.
func (h *handlers) returnMany(w http.ResponseWriter, r *http.Request) error {
	b, err := readBatch(r)
	if err != nil {
		return err
	}
	if len(b.chosen) == 0 || strings.TrimSpace(b.Value("reason")) == "" {
		page.AddFlash(r.Context(), ui.Warn, "请先勾选要退回的月报,并填写退回原因")
		return page.Redirect(w, r, b.back, "")
	}
	notes := map[int64]string{}
	for _, seen := range b.chosen {
		notes[seen.Report] = b.Value("note." + id(seen.Report))
	}
	returned, refused, err := h.svc.ReturnMany(r.Context(), page.Who(r), b.chosen, b.Value("reason"), notes)
	if err := h.tellRefused(r.Context(), "退回", len(b.chosen)-returned, refused, err); err != nil {
		return err
	}
	return page.Redirect(w, r, b.back, "已退回 "+strconv.Itoa(returned)+" 份,填报人会在待办里看到原因")
}

// maxTold is how many refusals are named one by one.
const maxTold = 12

// tellRefused names what could not be done, unit by unit; when something broke it says how many were not tried.
func (h *handlers) tellRefused(ctx context.Context, verb string, left int, refused []reporting.Refusal, err error) error {
	if err != nil && len(refused) == 0 {
		return err
	}
	if err != nil {
		h.log.ErrorContext(ctx, "review many reports", "left", left, "error", err)
		page.AddFlash(ctx, ui.Bad, "系统出错,后面的 %d 份没有处理,请稍后再试", left-len(refused))
	}
	for i, one := range refused {
		if i == maxTold {
			page.AddFlash(ctx, ui.Bad, "另有 %d 份没有%s", len(refused)-maxTold, verb)
			break
		}
		page.AddFlash(ctx, ui.Bad, "没有%s:%s %s", verb, one.Name, one.Why)
	}
	return nil
}

// choose keeps what is ticked, to go on later.
func (h *handlers) choose(w http.ResponseWriter, r *http.Request) error {
	b, err := readBatch(r)
	if err != nil {
		return err
	}
	m := b.Month("period", "月份")
	if err := b.Err(); err != nil {
		return err
	}
	if err := h.svc.Choose(r.Context(), page.Who(r), m, b.Value("form"), b.chosen); err != nil {
		return err
	}
	return page.Redirect(w, r, b.back, "已记下勾选的 "+strconv.Itoa(len(b.chosen))+" 份,下次打开接着审")
}

// keepColumns keeps which figures stand beside the reports of a form.
func (h *handlers) keepColumns(w http.ResponseWriter, r *http.Request) error {
	b, err := readBatch(r)
	if err != nil {
		return err
	}
	if err := h.svc.KeepColumns(r.Context(), page.Who(r), b.Value("form"), b.Values["column"]); err != nil {
		return err
	}
	return page.Redirect(w, r, b.back, "已记住要显示的数")
}

// look marks a report as looked at and goes on with the next one that waits.
func (h *handlers) look(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	if err := h.svc.Look(r.Context(), page.Who(r), report); err != nil {
		return err
	}
	return page.Redirect(w, r, onward(f), "")
}

// onward is where the reviewer goes after a report: to the next one that was named, or back to the list.
func onward(f *form.Form) string {
	if next, err := strconv.ParseInt(f.Value("next"), 10, 64); err == nil && next > 0 {
		return at(next)
	}
	return "/review"
}
