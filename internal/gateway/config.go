package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// Config is what the environment says about the gateways; a channel without an address is not there.
type Config struct {
	SMTP  SMTP
	SMS   Hook
	WeCom Hook
}

// SMTP is the mail server that letters are handed to.
type SMTP struct {
	Address  string // host:port; empty: no e-mail
	From     string
	Username string
	Password string
	TLS      string // starttls, tls or none
}

// Hook is a web address that takes texts.
type Hook struct {
	URL    string // empty: this channel is not there
	Secret string // signs every request
}

// How the connection to the mail server is protected.
const (
	StartTLS = "starttls"
	TLS      = "tls"
	NoTLS    = "none"
)

// ReadConfig reads the settings YIGAI_SMTP_*, YIGAI_SMS_* and YIGAI_WECOM_*; all mistakes are reported at once.
func ReadConfig(getenv func(string) string) (Config, error) {
	get := func(name string) string { return strings.TrimSpace(getenv(name)) }
	c := Config{
		SMTP: SMTP{Address: get("YIGAI_SMTP_ADDRESS"), From: get("YIGAI_SMTP_FROM"), Username: get("YIGAI_SMTP_USERNAME"),
			Password: getenv("YIGAI_SMTP_PASSWORD"), TLS: strings.ToLower(get("YIGAI_SMTP_TLS"))},
		SMS:   Hook{URL: get("YIGAI_SMS_URL"), Secret: get("YIGAI_SMS_SECRET")},
		WeCom: Hook{URL: get("YIGAI_WECOM_URL"), Secret: get("YIGAI_WECOM_SECRET")},
	}
	if c.SMTP.TLS == "" {
		c.SMTP.TLS = StartTLS
	}
	return c, errors.Join(c.SMTP.check(), c.SMS.check("YIGAI_SMS"), c.WeCom.check("YIGAI_WECOM"))
}

func (s SMTP) check() error {
	if s.Address == "" {
		if s.From+s.Username+s.Password != "" {
			return errors.New("填了 YIGAI_SMTP_* 但没有 YIGAI_SMTP_ADDRESS(邮件服务器,如 smtp.example.cn:587)")
		}
		return nil
	}
	var problems []error
	if host, port, err := net.SplitHostPort(s.Address); err != nil || host == "" || port == "" {
		problems = append(problems, fmt.Errorf("YIGAI_SMTP_ADDRESS 应为 主机:端口,如 smtp.example.cn:587,现在是 %q", s.Address))
	}
	if _, err := mail.ParseAddress(s.From); err != nil {
		problems = append(problems, fmt.Errorf("YIGAI_SMTP_FROM 应为发件邮箱,如 yigai@example.cn,现在是 %q", s.From))
	}
	if !slices.Contains([]string{StartTLS, TLS, NoTLS}, s.TLS) {
		problems = append(problems, fmt.Errorf("YIGAI_SMTP_TLS 应为 starttls、tls 或 none,现在是 %q", s.TLS))
	}
	if (s.Username == "") != (s.Password == "") {
		problems = append(problems, errors.New("YIGAI_SMTP_USERNAME 和 YIGAI_SMTP_PASSWORD 要么都填,要么都不填"))
	}
	if s.Username != "" && s.TLS == NoTLS {
		problems = append(problems, errors.New("YIGAI_SMTP_TLS=none 时密码会明文传输,请改为 starttls 或 tls,或不用密码"))
	}
	return errors.Join(problems...)
}

func (h Hook) check(prefix string) error {
	if h.URL == "" {
		if h.Secret != "" {
			return fmt.Errorf("填了 %s_SECRET 但没有 %s_URL(网关地址)", prefix, prefix)
		}
		return nil
	}
	u, err := url.Parse(h.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return fmt.Errorf("%s_URL 应为 http:// 或 https:// 开头的网址", prefix)
	}
	if len(h.Secret) < minSecret {
		return fmt.Errorf("%s_SECRET 至少 %d 个字符,网关用它核对请求", prefix, minSecret)
	}
	return nil
}

// minSecret keeps anybody from guessing the signature's key.
const minSecret = 16

// Channels are those that the settings name.
func (c Config) Channels() []Channel {
	var out []Channel
	if c.SMS.URL != "" {
		out = append(out, newWebhook(SMS, c.SMS))
	}
	if c.WeCom.URL != "" {
		out = append(out, newWebhook(WeCom, c.WeCom))
	}
	if c.SMTP.Address != "" {
		out = append(out, letters{c.SMTP})
	}
	return out
}

// Lines describe the settings for `yigai doctor`, without secrets.
func (c Config) Lines() []string {
	var out []string
	if c.SMTP.Address != "" {
		line := "电子邮件 " + c.SMTP.Address + "(" + c.SMTP.TLS + "),发件人 " + c.SMTP.From
		out = append(out, line)
	}
	for _, h := range []struct {
		name string
		hook Hook
	}{{SMS, c.SMS}, {WeCom, c.WeCom}} {
		if u, err := url.Parse(h.hook.URL); err == nil && u.Host != "" {
			out = append(out, Title(h.name)+" "+u.Scheme+"://"+u.Host)
		}
	}
	return out
}
