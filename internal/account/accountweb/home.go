package accountweb

import (
	"context"
	"strconv"

	"yigai/internal/account"
	"yigai/internal/actor"
	"yigai/internal/jobs"
	"yigai/internal/page"
	"yigai/internal/room"
	"yigai/web/ui"
)

// home shows the system and the security administrator the accounts that wait for them.
func (h *handlers) home(ctx context.Context, who actor.Actor) ([]room.Panel, error) {
	system := who.HasRole(actor.SystemAdmin)
	if !who.May(account.ActionView) || !system && !who.HasRole(actor.SecurityAdmin) {
		return nil, nil
	}
	o, err := h.svc.Overview(ctx, who)
	if err != nil {
		return nil, err
	}
	stats := accountStats(o)
	var actions []ui.Action
	if system {
		page.Fleeting(ctx) // whether a worker lives is no row of the database
		alive, err := h.working(ctx)
		if err != nil {
			return nil, err
		}
		stats = append(stats, workerStat(alive))
		actions = append(actions, ui.Action{Label: "新建账号", URL: "/accounts/new", Icon: "plus-lg"})
	}
	return []room.Panel{{Order: 20, Wide: true, Body: accountPanel(stats, actions)}}, nil
}

func accountStats(o account.Overview) []ui.Stat {
	waiting := stateStat("待授权", o.Waiting, account.StateWaiting)
	waiting.Note = "还没有角色,登录后什么也看不到"
	blocked := stateStat("登录受限", o.Blocked, account.StateBlocked)
	blocked.Note = "多次输错密码"
	return []ui.Stat{waiting, blocked, stateStat("在用", o.Active, account.StateActive), stateStat("停用", o.Disabled, account.StateDisabled)}
}

func stateStat(label string, n int, state string) ui.Stat {
	return ui.Stat{Label: label, Value: strconv.Itoa(n), Unit: "个", URL: "/accounts?state=" + state}
}

func workerStat(alive bool) ui.Stat {
	if alive {
		return ui.Stat{Label: "后台任务", Value: "运行中", Status: &ui.Status{Word: "正常", Tone: ui.Good, Icon: "check-circle-fill"}}
	}
	return ui.Stat{Label: "后台任务", Value: "没有运行", Status: &ui.Status{Word: "请检查", Tone: ui.Bad, Icon: "exclamation-triangle-fill"},
		Note: "指标不会更新,审计链不会封存"}
}

// workers asks the database of a room whether anybody works its queue.
func workers(d room.Deps) func(ctx context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return jobs.WorkerAlive(ctx, d.DB) }
}
