package reportweb

import (
	"net/http"
	"time"

	"yigai/internal/audit"
	"yigai/internal/page"
	"yigai/web/ui"
)

// chain proves the audit chain anew and says the outcome.
func (h *handlers) chain(w http.ResponseWriter, r *http.Request) error {
	proof, err := h.svc.Chain(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, chainPage(chainNotice(proof), chainTerms(proof, h.now())))
}

func chainNotice(p audit.Proof) ui.Notice {
	if p.Broken != "" {
		return ui.Notice{Tone: ui.Bad, Title: "审计链不完整", Text: p.Broken + "。请立即联系审计管理员,并保留数据库备份。"}
	}
	return ui.Notice{Tone: ui.Good, Title: "审计链完整", Text: "从第一条起逐条重新计算,全部与封存时一致:没有记录被改动、删除、插入或调换。"}
}

func chainTerms(p audit.Proof, now time.Time) []ui.Term {
	return []ui.Term{{Label: "核对时间", Value: ui.DateTime(now)}, {Label: "已核对", Value: ui.Int(p.Entries) + " 条"},
		{Label: "等待封存", Value: ui.Int(p.Unsealed) + " 条", Help: "最近几秒写入的记录,封存后参加核对"},
		{Label: "链头校验值", Value: p.Head, Wide: true, Help: "抄下它和条数:日后导出的审计日志里同一序号的链校验值应与它相同,否则最新的记录被截掉过"}}
}
