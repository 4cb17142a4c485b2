// Package noticeweb is the pages of messages, personal wishes, the county's reminders, the outbox and circulars.
// What anybody may do is decided in package notice.
package noticeweb

import (
	"strconv"
	"time"

	"yigai/internal/gateway"
	"yigai/internal/notice"
	"yigai/internal/reporting"
	"yigai/internal/room"
	"yigai/internal/secret"
)

// Room is telling people as a capability of the product; the channels are those of the installation.
func Room(d room.Deps, channels []gateway.Channel) room.Room {
	out := notice.Outside{Channels: channels, Box: secret.In(d.DataDir), BaseURL: d.BaseURL}
	h := &handler{svc: notice.New(d.DB, d.Now, reporting.New(d.DB, d.Now, d.Calendar), d.Permissions, out), now: d.Now}
	return room.Room{
		Name: "notice", Title: "消息与通报", Actions: notice.Actions, Routes: h.routes(), Jobs: h.svc.Jobs, Unread: h.svc.Unread,
		Nav: []room.NavItem{
			{Group: "填报", Label: "通报", Path: "/circulars", Icon: "megaphone", Action: notice.ActionView, Order: 16},
			{Group: "系统", Label: "催报与通报设置", Path: "/notice-setting", Icon: "sliders", Action: notice.ActionConfigure, Order: 96},
			{Group: "系统", Label: "外发消息", Path: "/outbox", Icon: "send", Action: notice.ActionOutbox, Order: 97},
		},
	}
}

type handler struct {
	svc *notice.Service
	now func() time.Time
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
