package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"yigai/internal/gateway"
)

// Config is everything that is set from outside, see docs/operations.md.
type Config struct {
	Listen        string
	DatabaseURL   string // empty: a private PostgreSQL below DataDir
	ReplicaURL    string
	DataDir       string
	BaseURL       string
	Demo          bool
	MetricsListen string
	LogLevel      slog.Level
	LogJSON       bool
	// TrustedProxies are the reverse proxies whose word on the client's address is taken.
	TrustedProxies []netip.Prefix
	// Gateways are the ways by which messages leave the house.
	Gateways gateway.Config
}

// ReadConfig reads the settings through getenv. All mistakes are reported at once.
func ReadConfig(getenv func(string) string) (Config, error) {
	var problems []error
	or := func(name, otherwise string) string {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			return v
		}
		return otherwise
	}
	c := Config{
		Listen:        or("YIGAI_LISTEN", "127.0.0.1:8080"),
		DatabaseURL:   or("YIGAI_DATABASE_URL", ""),
		ReplicaURL:    or("YIGAI_REPLICA_URL", ""),
		DataDir:       or("YIGAI_DATA_DIR", "var"),
		MetricsListen: or("YIGAI_METRICS_LISTEN", ""),
	}
	c.BaseURL = strings.TrimRight(or("YIGAI_BASE_URL", baseOf(c.Listen)), "/")
	problems = append(problems, checkListen("YIGAI_LISTEN", c.Listen), checkBase(c.BaseURL),
		checkDatabase("YIGAI_DATABASE_URL", c.DatabaseURL), checkDatabase("YIGAI_REPLICA_URL", c.ReplicaURL))
	if c.MetricsListen != "" {
		problems = append(problems, checkListen("YIGAI_METRICS_LISTEN", c.MetricsListen))
	}
	var err error
	c.Demo, err = readSwitch("YIGAI_DEMO", or("YIGAI_DEMO", "0"))
	problems = append(problems, err)
	c.LogLevel, c.LogJSON, err = readLog(or("YIGAI_LOG", "info,text"))
	problems = append(problems, err)
	c.TrustedProxies, err = readProxies(or("YIGAI_TRUSTED_PROXIES", ""))
	problems = append(problems, err)
	c.Gateways, err = gateway.ReadConfig(getenv)
	problems = append(problems, err)
	return c, errors.Join(problems...)
}

// Secure reports whether browsers reach the server by https only.
func (c Config) Secure() bool { return strings.HasPrefix(c.BaseURL, "https://") }

func checkListen(name, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("%s 应为 地址:端口,如 127.0.0.1:8080,现在是 %q", name, address)
	}
	return nil
}

// baseOf is where a browser on this machine finds a server that listens on the address.
func baseOf(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("YIGAI_BASE_URL 应为 http:// 或 https:// 开头的网址,现在是 %q", base)
	}
	if u.Path+u.RawQuery+u.Fragment != "" || u.User != nil {
		return fmt.Errorf("YIGAI_BASE_URL 只写到主机和端口,如 https://yigai.example.cn,现在是 %q", base)
	}
	return nil
}

func checkDatabase(name, address string) error {
	if address == "" || strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return nil
	}
	return fmt.Errorf("%s 应为 postgres:// 开头的地址", name)
}

func readSwitch(name, v string) (bool, error) {
	switch strings.ToLower(v) {
	case "1", "true", "yes":
		return true, nil
	case "0", "false", "no":
		return false, nil
	}
	return false, fmt.Errorf("%s 应为 1 或 0,现在是 %q", name, v)
}

func readLog(v string) (level slog.Level, json bool, err error) {
	for part := range strings.SplitSeq(v, ",") {
		switch part = strings.TrimSpace(part); part {
		case "json":
			json = true
		case "text", "":
		default:
			if level.UnmarshalText([]byte(part)) != nil {
				return 0, false, fmt.Errorf("YIGAI_LOG 应为级别(debug、info、warn、error)和格式(text、json),现在是 %q", v)
			}
		}
	}
	return level, json, nil
}
