package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"
)

// letters hands messages to a mail server.
type letters struct{ server SMTP }

// Name names the channel.
func (letters) Name() string { return Email }

// Send hands one letter over. Its Message-ID is made of the key, so a second attempt is the same letter.
func (l letters) Send(ctx context.Context, m Message) (string, error) {
	letter, id, err := l.compose(m)
	if err != nil {
		return "", err
	}
	client, err := l.client()
	if err != nil {
		return "", err
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if err != nil && !letter.IsDelivered() { // a goodbye that fails takes nothing back
		return "", l.judge(err)
	}
	return id, nil
}

func (l letters) compose(m Message) (*mail.Msg, string, error) {
	letter := mail.NewMsg()
	if err := letter.From(l.server.From); err != nil {
		return nil, "", fmt.Errorf("sender of the letter: %w", err)
	}
	if err := letter.To(m.To); err != nil {
		return nil, "", refusal{"收件邮箱无法识别"}
	}
	id := m.Key + "@" + l.domain()
	letter.SetMessageIDWithValue(id)
	letter.SetDate()
	letter.Subject(m.Subject)
	letter.SetGenHeader(mail.Header("Auto-Submitted"), "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	return letter, id, nil
}

// domain is the sender's, for the Message-ID.
func (l letters) domain() string {
	_, domain, _ := strings.Cut(l.server.From, "@")
	return strings.TrimSuffix(domain, ">")
}

func (l letters) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(l.server.Address)
	if err != nil {
		return nil, fmt.Errorf("address of the mail server: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("port of the mail server: %w", err)
	}
	options := []mail.Option{mail.WithPort(n), mail.WithTimeout(Timeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch l.server.TLS {
	case TLS:
		options = append(options, mail.WithSSL())
	case NoTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if l.server.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(l.server.Username), mail.WithPassword(l.server.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("set up the mail server: %w", err)
	}
	return client, nil
}

// judge tells a server that says no for good (5xx) from one that is busy or away. What the server said is not passed
// on: it repeats the address, as the library's own words do, and where a person is reached is kept sealed.
func (l letters) judge(err error) error {
	var failed *mail.SendError
	switch {
	case !errors.As(err, &failed): // nothing has been said of the recipient yet
		return fmt.Errorf("hand the letter to the mail server: %w", err)
	case !failed.IsTemp() && failed.ErrorCode() >= 500:
		return refusal{fmt.Sprintf("邮件服务器拒绝了这封信(%d)", failed.ErrorCode())}
	case failed.ErrorCode() == 0:
		return errors.New("与邮件服务器的连接中断")
	}
	return fmt.Errorf("邮件服务器暂时没有收下这封信(%d)", failed.ErrorCode())
}
