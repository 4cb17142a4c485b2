package reportingweb

import (
	"net/http"

	"yigai/internal/page"
	"yigai/internal/reporting"
	"yigai/web/ui"
)

// statement is the printed report with what its responsible person signed.
type statement struct {
	*entry
	institution string // its full name
	signature   reporting.Signature
	maySign     bool
}

// printReport is the report as on paper, with the lines for signatures.
func (h *handlers) printReport(w http.ResponseWriter, r *http.Request) error {
	e, err := h.asked(r)
	if err != nil {
		return err
	}
	return h.showStatement(w, r, http.StatusOK, e)
}

func (h *handlers) showStatement(w http.ResponseWriter, r *http.Request, status int, e *entry) error {
	who := page.Who(r)
	v := statement{entry: e}
	var err error
	if v.institution, err = h.svc.FullName(r.Context(), who, e.Report); err != nil {
		return err
	}
	if v.signature, err = h.svc.SignatureOf(r.Context(), who, e.Report.ID); err != nil {
		return err
	}
	if v.signature.Name == "" {
		if v.maySign, err = h.svc.MaySign(r.Context(), who, e.Report); err != nil {
			return err
		}
	}
	return page.Render(w, r, status, paperPage(v))
}

// sign puts the responsible person's name under the figures that were handed in. It binds the unit, so the password of
// the account that signs is asked for again.
func (h *handlers) sign(w http.ResponseWriter, r *http.Request) error {
	report, f, err := posted(r)
	if err != nil {
		return err
	}
	seen, err := seenIn(f, report)
	if err != nil {
		return err
	}
	who := page.Who(r)
	if err = h.accounts.Confirm(r.Context(), who, f.Value("password"), "签认"); err == nil {
		err = h.svc.Sign(r.Context(), who, seen, f.Value("signer"))
	}
	if f.Take(err) {
		e, oerr := h.open(r, report)
		if oerr != nil {
			return oerr
		}
		e.problems["signer"], e.problems["password"] = f.Problem("signer"), f.Problem("password")
		e.typed = map[string]string{"signer": f.Value("signer")}
		return h.showStatement(w, r, http.StatusUnprocessableEntity, e)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, at(report)+"/print", "已签认,打印件上会有签认码")
}

// signedNotice says whether what is shown is what was signed.
func (v statement) signedNotice() ui.Notice {
	switch s := v.signature; {
	case s.Name == "":
		return ui.Notice{Tone: ui.Info, Title: "还没有签认", Text: "单位负责人核对后,可以由填报单位自己的账号在页面下方签认;也可以打印后手写签名、盖章。"}
	case s.Same:
		return ui.Notice{Tone: ui.Good, Title: "与签认时一致", Text: v.signedBy() + " " + ui.DateTime(s.At) + " 签认,签认码 " + s.Code()}
	default:
		return ui.Notice{Tone: ui.Bad, Title: "与签认时不一致", Text: v.signedBy() + " " + ui.DateTime(s.At) + " 签认(签认码 " + s.Code() + ")以后数据有改动,请重新上报、签认后再打印。"}
	}
}

// signedBy names the responsible person beside the account that signed, which may be another person's.
func (v statement) signedBy() string {
	if by := v.signature.Account(); by != "" {
		return v.signature.Name + "(经办账号:" + by + ")"
	}
	return v.signature.Name
}

// signedLine is printed beneath the signatures.
func (v statement) signedLine() string {
	switch s := v.signature; {
	case s.Name == "":
		return "未在系统中签认"
	case s.Same:
		return "系统签认:" + v.signedBy() + " " + ui.DateTime(s.At) + "　签认码 " + s.Code() + "(本页数据与签认时一致)"
	default:
		return "系统签认码 " + s.Code() + ":本页数据与签认时不一致,不能作为正式报表"
	}
}
