package gateway_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"yigai/internal/gateway"
)

const testSecret = "0123456789abcdef"

func settings(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func channel(t *testing.T, values map[string]string) gateway.Channel {
	t.Helper()
	c, err := gateway.ReadConfig(settings(values))
	if err != nil || len(c.Channels()) != 1 {
		t.Fatalf("%v: %d channels", err, len(c.Channels()))
	}
	return c.Channels()[0]
}

var hello = gateway.Message{Key: "150523-42", To: "13800000000", Subject: "催报", Text: "【医改】催报"}

func TestAWebhookIsSignedAndKeyed(t *testing.T) {
	t.Parallel()
	var body []byte
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
		_, _ = io.WriteString(w, `{"id":"sms-7"}`)
	}))
	defer server.Close()
	id, err := channel(t, map[string]string{"YIGAI_SMS_URL": server.URL, "YIGAI_SMS_SECRET": testSecret}).Send(t.Context(), hello)
	if err != nil || id != "sms-7" {
		t.Fatalf("%q, %v", id, err)
	}
	mac := hmac.New(sha256.New, []byte(testSecret))
	mac.Write(body)
	if header.Get("X-Yigai-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) || header.Get("Idempotency-Key") != hello.Key {
		t.Errorf("header %v", header)
	}
	want := `{"key":"150523-42","channel":"sms","to":"13800000000","title":"催报","text":"【医改】催报"}`
	if string(body) != want {
		t.Errorf("body %s", body)
	}
}

func TestAWebhooksAnswersAreToldApart(t *testing.T) {
	t.Parallel()
	for status, final := range map[int]bool{301: false, 400: true, 401: true, 404: true, 408: false, 429: false, 500: false, 503: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(status)
		}))
		_, err := channel(t, map[string]string{"YIGAI_WECOM_URL": server.URL + "/?token=verysecret", "YIGAI_WECOM_SECRET": testSecret}).Send(t.Context(), hello)
		server.Close()
		if err == nil || errors.Is(err, gateway.ErrRefused) != final || strings.Contains(err.Error(), "verysecret") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestAGatewaysLongNameForATextIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"id":"a%s"}`, strings.Repeat("号", 120))
	}))
	defer server.Close()
	id, err := channel(t, map[string]string{"YIGAI_SMS_URL": server.URL, "YIGAI_SMS_SECRET": testSecret}).Send(t.Context(), hello)
	if err != nil || id != "a"+strings.Repeat("号", 99) {
		t.Errorf("%q, %v", id, err)
	}
}

func TestASlowGatewayIsGivenUp(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer server.Close()
	defer close(over)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := channel(t, map[string]string{"YIGAI_SMS_URL": server.URL + "/?token=verysecret", "YIGAI_SMS_SECRET": testSecret}).Send(ctx, hello)
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "verysecret") {
		t.Errorf("%v", err)
	}
}

// hangUp instead of an answer makes the mail server take the letter and leave without a word.
const hangUp = "hang up"

// mailServer answers one SMTP conversation; refuse is its answer to the recipient.
func mailServer(t *testing.T, refuse string) (address string, letter func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		got <- converse(c, refuse)
	}()
	return l.Addr().String(), func() string { return <-got }
}

func converse(c net.Conn, refuse string) string {
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 test")
	var letter strings.Builder
	inside := false
	for lines := bufio.NewScanner(c); lines.Scan(); {
		line := lines.Text()
		switch {
		case inside && line == ".":
			inside = false
			say("250 taken")
			if refuse == hangUp {
				return letter.String()
			}
		case inside:
			letter.WriteString(line + "\n")
		case strings.HasPrefix(line, "EHLO"):
			say("250 test")
		case strings.HasPrefix(line, "RCPT") && refuse != "" && refuse != hangUp:
			say(refuse)
		case line == "DATA":
			inside = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return letter.String()
		default:
			say("250 ok")
		}
	}
	return letter.String()
}

func TestALetterKeepsItsMessageID(t *testing.T) {
	t.Parallel()
	address, letter := mailServer(t, "")
	c := channel(t, map[string]string{"YIGAI_SMTP_ADDRESS": address, "YIGAI_SMTP_FROM": "yigai@example.cn", "YIGAI_SMTP_TLS": "none"})
	m := hello
	m.To = "wang@example.cn"
	id, err := c.Send(t.Context(), m)
	if err != nil || id != "150523-42@example.cn" {
		t.Fatalf("%q, %v", id, err)
	}
	said := letter()
	for _, want := range []string{"Message-ID: <150523-42@example.cn>", "Auto-Submitted: auto-generated", "To: <wang@example.cn>", "=?UTF-8?"} {
		if !strings.Contains(said, want) {
			t.Errorf("the letter lacks %q:\n%s", want, said)
		}
	}
}

func TestAMailServersRefusalIsFinalAndItsBusynessIsNot(t *testing.T) {
	t.Parallel()
	m := hello
	m.To = "wang.fang@example.cn"
	for answer, want := range map[string]struct {
		final bool
		says  string
	}{
		"550 no such mailbox " + m.To:                     {true, "(550)"},
		"451 4.3.2 " + m.To + " busy":                     {false, "(451)"},
		"450 \xb7\xfe\xce\xf1\xc6\xf7 greylisted " + m.To: {false, "(450)"},
		"4": {false, "中断"},
	} {
		address, _ := mailServer(t, answer)
		_, err := channel(t, map[string]string{"YIGAI_SMTP_ADDRESS": address, "YIGAI_SMTP_FROM": "yigai@example.cn", "YIGAI_SMTP_TLS": "none"}).Send(t.Context(), m)
		if err == nil || errors.Is(err, gateway.ErrRefused) != want.final || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: %v", answer, err)
			continue
		}
		if strings.Contains(err.Error(), "wang.fang") || !utf8.ValidString(err.Error()) {
			t.Errorf("%s: the error passes on what the server said: %v", answer, err)
		}
	}
}

func TestALetterThatWasTakenIsSentHoweverTheServerLeaves(t *testing.T) {
	t.Parallel()
	address, _ := mailServer(t, hangUp)
	m := hello
	m.To = "wang@example.cn"
	id, err := channel(t, map[string]string{"YIGAI_SMTP_ADDRESS": address, "YIGAI_SMTP_FROM": "yigai@example.cn", "YIGAI_SMTP_TLS": "none"}).Send(t.Context(), m)
	if err != nil || id == "" {
		t.Errorf("%q, %v: it would be sent again", id, err)
	}
}

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	t.Parallel()
	wrong := []map[string]string{
		{"YIGAI_SMTP_ADDRESS": "smtp.example.cn", "YIGAI_SMTP_FROM": "a@b.cn"},
		{"YIGAI_SMTP_ADDRESS": "smtp.example.cn:25"},
		{"YIGAI_SMTP_FROM": "a@b.cn"},
		{"YIGAI_SMTP_ADDRESS": "h:25", "YIGAI_SMTP_FROM": "a@b.cn", "YIGAI_SMTP_TLS": "ssl"},
		{"YIGAI_SMTP_ADDRESS": "h:25", "YIGAI_SMTP_FROM": "a@b.cn", "YIGAI_SMTP_USERNAME": "a"},
		{"YIGAI_SMTP_ADDRESS": "h:25", "YIGAI_SMTP_FROM": "a@b.cn", "YIGAI_SMTP_USERNAME": "a", "YIGAI_SMTP_PASSWORD": "b", "YIGAI_SMTP_TLS": "none"},
		{"YIGAI_SMS_URL": "gateway.example.cn", "YIGAI_SMS_SECRET": testSecret},
		{"YIGAI_SMS_URL": "https://gateway.example.cn", "YIGAI_SMS_SECRET": "short"},
		{"YIGAI_WECOM_SECRET": testSecret},
	}
	for _, values := range wrong {
		if _, err := gateway.ReadConfig(settings(values)); err == nil || !strings.Contains(err.Error(), "YIGAI_") {
			t.Errorf("%v: %v", values, err)
		}
	}
	c, err := gateway.ReadConfig(settings(map[string]string{"YIGAI_SMTP_ADDRESS": "h:465", "YIGAI_SMTP_FROM": "a@b.cn", "YIGAI_SMTP_TLS": "TLS",
		"YIGAI_SMTP_USERNAME": "u", "YIGAI_SMTP_PASSWORD": "hidden-password", "YIGAI_SMS_URL": "https://g.example.cn/?token=verysecret", "YIGAI_SMS_SECRET": testSecret}))
	if err != nil || len(c.Channels()) != 2 {
		t.Fatalf("%v %d", err, len(c.Channels()))
	}
	if lines := strings.Join(c.Lines(), "\n"); strings.Contains(lines, "hidden-password") || strings.Contains(lines, "verysecret") || !strings.Contains(lines, "h:465") {
		t.Errorf("doctor says %s", lines)
	}
}
