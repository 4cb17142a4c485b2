package app

import (
	"strings"
	"testing"
)

func TestReadConfig(t *testing.T) {
	t.Parallel()
	c, err := ReadConfig(func(string) string { return "" })
	if err != nil || c.Listen != "127.0.0.1:8080" || c.BaseURL != "http://127.0.0.1:8080" || c.DataDir != "var" || c.Demo || c.Secure() {
		t.Errorf("defaults: %+v, %v", c, err)
	}
	wrong := map[string]string{"YIGAI_LISTEN": "8080", "YIGAI_DATABASE_URL": "mysql://x", "YIGAI_DEMO": "maybe",
		"YIGAI_LOG": "loud", "YIGAI_BASE_URL": "example", "YIGAI_TRUSTED_PROXIES": "nginx"}
	_, err = ReadConfig(func(name string) string { return wrong[name] })
	if err == nil {
		t.Fatal("want every mistake reported")
	}
	for name := range wrong {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not reported in %q", name, err)
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{"127.0.0.1:8080": "http://127.0.0.1:8080", ":9000": "http://127.0.0.1:9000",
		"0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80", "[::1]:80": "http://[::1]:80", "host:80": "http://host:80"} {
		if got := baseOf(listen); got != want {
			t.Errorf("listening on %s the address is %s, want %s", listen, got, want)
		}
	}
	for _, wrong := range []string{"https://example.cn/yigai", "https://example.cn?x=1", "https://a:b@example.cn", "ftp://example.cn", "http://:80"} {
		if checkBase(wrong) == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
	if err := checkBase("https://yigai.example.cn:8443"); err != nil {
		t.Error(err)
	}
}
