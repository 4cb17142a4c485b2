// Package gateway sends short texts to people outside the house: by e-mail over SMTP, and by short message (短信) or
// WeCom (企业微信) through a web address that the county's own gateway answers.
//
// A channel is anything with Channel's two methods. Every attempt for one text carries the same key, so that a gateway
// which remembers keys delivers it once even when an answer is lost on the way. Passwords and secrets stay in Config
// and are never part of an error.
package gateway

import (
	"context"
	"errors"
	"time"
)

// Names of the channels.
const (
	SMS   = "sms"
	WeCom = "wecom"
	Email = "email"
)

// Titles are the Chinese names of the channels, in the order they are shown.
var Titles = []struct{ Name, Title string }{{SMS, "短信"}, {WeCom, "企业微信"}, {Email, "电子邮件"}}

// Title is the Chinese name of a channel.
func Title(name string) string {
	for _, t := range Titles {
		if t.Name == name {
			return t.Title
		}
	}
	return name
}

// Message is one text for one recipient.
type Message struct {
	Key     string // the same for every attempt: the idempotency key
	To      string
	Subject string
	Text    string
}

// Channel is one way out of the house.
type Channel interface {
	Name() string
	// Send delivers the message to the next server and answers by what name that server knows it, "" when it does not say.
	Send(ctx context.Context, m Message) (id string, err error)
}

// Timeout bounds one attempt.
const Timeout = 20 * time.Second

// ErrRefused is wrapped by errors that trying again does not mend: a wrong address, a refused sign-in.
var ErrRefused = errors.New("refused for good")

// refusal is an error with a Chinese sentence that trying again does not mend.
type refusal struct{ message string }

func (r refusal) Error() string { return r.message }

func (refusal) Is(target error) bool { return target == ErrRefused }
