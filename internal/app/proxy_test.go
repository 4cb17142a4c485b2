package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestClientBehindProxies(t *testing.T) {
	t.Parallel()
	proxies, err := readProxies("10.0.0.5, 192.168.1.0/24,fd00::/8")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"a stranger's header is not believed":         {"203.0.113.9:5000", []string{"198.51.100.7"}, "203.0.113.9:5000"},
		"the proxy passes the person on":              {"10.0.0.5:5000", []string{"198.51.100.7"}, "198.51.100.7:0"},
		"what the person wrote further left is not":   {"10.0.0.5:5000", []string{"1.1.1.1, 198.51.100.7"}, "198.51.100.7:0"},
		"two proxies in a row":                        {"10.0.0.5:5000", []string{"1.1.1.1,198.51.100.7, 192.168.1.20"}, "198.51.100.7:0"},
		"the header may come in several lines":        {"10.0.0.5:5000", []string{"1.1.1.1", "198.51.100.7"}, "198.51.100.7:0"},
		"a hop with a port":                           {"10.0.0.5:5000", []string{"198.51.100.7:43210"}, "198.51.100.7:0"},
		"IPv6":                                        {"[fd00::1]:5000", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		"IPv6 with a port":                            {"[fd00::1]:5000", []string{"[2001:db8::7]:80"}, "[2001:db8::7]:0"},
		"IPv4 written as IPv6 is the same peer":       {"[::ffff:10.0.0.5]:5000", []string{"198.51.100.7"}, "198.51.100.7:0"},
		"nonsense ends the chain at the proxy before": {"10.0.0.5:5000", []string{"198.51.100.7, unknown, 192.168.1.20"}, "192.168.1.20:0"},
		"no header":                                   {"10.0.0.5:5000", nil, "10.0.0.5:0"},
		"only proxies":                                {"10.0.0.5:5000", []string{"192.168.1.7"}, "192.168.1.7:0"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			for _, line := range c.forwarded {
				r.Header.Add("X-Forwarded-For", line)
			}
			a := &App{Config: Config{TrustedProxies: proxies}}
			got := ""
			a.fromClient(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("client %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadProxies(t *testing.T) {
	t.Parallel()
	if list, err := readProxies(""); err != nil || len(list) != 0 {
		t.Errorf("nothing set: %v, %v", list, err)
	}
	_, err := readProxies("10.0.0.5,proxy.example,10.0.0.0/33")
	if err == nil || !strings.Contains(err.Error(), "proxy.example") || !strings.Contains(err.Error(), "10.0.0.0/33") {
		t.Errorf("want both mistakes named, got %v", err)
	}
}
