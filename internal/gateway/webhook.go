package gateway

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// webhook posts texts to the county's own gateway for short messages or WeCom:
//
//	POST URL
//	Content-Type: application/json
//	Idempotency-Key: KEY
//	X-Yigai-Signature: sha256=HEX        HMAC-SHA256 of the body under the secret
//
//	{"key":"150523-42","channel":"sms","to":"13800000000","title":"…","text":"…"}
//
// Any 2xx answer takes the text over; {"id":"…"} in it is kept as the gateway's own name for it. 400–499 is final,
// but for 408, 425 and 429; everything else is tried again.
type webhook struct {
	name   string
	hook   Hook
	client *http.Client
}

func newWebhook(name string, h Hook) webhook {
	return webhook{name: name, hook: h, client: &http.Client{Timeout: Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Name names the channel.
func (w webhook) Name() string { return w.name }

type hookBody struct {
	Key     string `json:"key"`
	Channel string `json:"channel"`
	To      string `json:"to"`
	Title   string `json:"title"`
	Text    string `json:"text"`
}

// Send posts the message.
func (w webhook) Send(ctx context.Context, m Message) (string, error) {
	body, err := json.Marshal(hookBody{m.Key, w.name, m.To, m.Subject, m.Text})
	if err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.hook.URL, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("address gateway: %w", withoutURL(err))
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Idempotency-Key", m.Key)
	r.Header.Set("X-Yigai-Signature", "sha256="+w.sign(body))
	got, err := w.client.Do(r)
	if err != nil {
		return "", fmt.Errorf("reach gateway: %w", withoutURL(err))
	}
	answer, err := io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err = errors.Join(err, got.Body.Close()); err != nil {
		return "", fmt.Errorf("read gateway's answer: %w", err)
	}
	return judge(got.StatusCode, answer)
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

func (w webhook) sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(w.hook.Secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func judge(status int, answer []byte) (string, error) {
	switch {
	case status >= 200 && status < 300:
		var said struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(answer, &said) != nil { // an answer in words is as good as none
			return "", nil
		}
		id := []rune(said.ID)
		return string(id[:min(len(id), 100)]), nil
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooEarly && status != http.StatusTooManyRequests:
		return "", refusal{fmt.Sprintf("网关拒绝了这条消息(HTTP %d)", status)}
	}
	return "", fmt.Errorf("网关暂时不能接收(HTTP %d)", status)
}

// withoutURL drops the address from an error of the http client: it may hold a token.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
