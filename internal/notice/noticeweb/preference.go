package noticeweb

import (
	"net/http"

	"yigai/internal/form"
	"yigai/internal/gateway"
	"yigai/internal/notice"
	"yigai/internal/page"
	"yigai/web/ui"
)

// preference is which kinds a person wants by which channel.
func (h *handler) preference(w http.ResponseWriter, r *http.Request) error {
	p, err := h.svc.Preference(r.Context(), page.Who(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, preferencePage(preferenceView{p: p, channels: h.svc.Channels(), form: form.Of(nil)}))
}

type preferenceView struct {
	p        notice.Preference
	channels []string
	form     *form.Form
}

func wishName(kind, channel string) string { return "w." + kind + "." + channel }

// columns are the channels as the head of the table.
func (v preferenceView) columns() []string { return append([]string{notice.Inbox}, v.channels...) }

func channelTitle(channel string) string {
	if channel == notice.Inbox {
		return "站内"
	}
	return gateway.Title(channel)
}

var addressHints = map[string]string{gateway.SMS: "11 位手机号", gateway.WeCom: "企业微信里的账号,不是姓名", gateway.Email: "如 name@example.cn"}

func (v preferenceView) address(channel string) ui.Field {
	f := ui.Field{Name: channel, Label: gateway.Title(channel), Value: v.form.Value(channel), Problem: v.form.Problem(channel),
		Hint: addressHints[channel], MaxLength: 120, Autocomplete: "off"}
	if masked := v.p.Reached[channel]; masked != "" {
		f.Placeholder, f.Hint = masked, "现在是 "+masked+";不填则不变"
	}
	return f
}

func (h *handler) savePreference(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	c := notice.PreferenceChange{Wanted: map[notice.Wish]bool{}, Addresses: map[string]string{}}
	channels := h.svc.Channels()
	for _, channel := range append([]string{notice.Inbox}, channels...) {
		for _, k := range notice.Kinds {
			c.Wanted[notice.Wish{Kind: k.Name, Channel: channel}] = f.Bool(wishName(k.Name, channel))
		}
	}
	for _, channel := range channels {
		c.Addresses[channel] = f.Value(channel)
		if f.Bool("forget." + channel) {
			c.Forget = append(c.Forget, channel)
		}
	}
	err = h.svc.SavePreference(r.Context(), page.Who(r), c)
	if f.Take(err) {
		p, err := h.svc.Preference(r.Context(), page.Who(r))
		if err != nil {
			return err
		}
		p.Wanted = c.Wanted
		return page.Render(w, r, http.StatusUnprocessableEntity, preferencePage(preferenceView{p: p, channels: channels, form: f}))
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, "/account/notifications", "已保存")
}
