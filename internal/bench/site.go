package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// site is a server on the loopback address and the browsers' way to it.
type site struct {
	base   string
	times  *recorder
	server *http.Server
	client *http.Client
	done   chan error
}

func newSite(build func(base string) http.Handler) (*site, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &site{base: "http://" + l.Addr().String(), client: newClient(), done: make(chan error, 1)}
	s.times = &recorder{next: build(s.base)}
	s.server = &http.Server{Handler: s.times, ReadHeaderTimeout: 10 * time.Second}
	go func() { s.done <- s.server.Serve(l) }()
	return s, nil
}

// newClient keeps a connection for each user, follows no redirect and waits for nobody longer than a minute.
func newClient() *http.Client {
	return &http.Client{Timeout: time.Minute,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *site) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s.client.CloseIdleConnections()
	err := s.server.Shutdown(ctx)
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// call is one request of somebody signed in.
type call struct {
	method, url, cookie string
	kind                string // content type of the body
	body                string
	plain               bool // not compressed, to be read by us
}

// answer is what came back.
type answer struct {
	status  int
	body    []byte
	cookies []*http.Cookie
}

// do asks once and demands one of the statuses.
func do(ctx context.Context, client *http.Client, c call, want ...int) (a answer, err error) {
	r, err := http.NewRequestWithContext(ctx, c.method, c.url, strings.NewReader(c.body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Cookie", c.cookie)
	r.Header.Set(measured, "1")
	if !c.plain {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	if c.kind != "" {
		r.Header.Set("Content-Type", c.kind)
	}
	got, err := client.Do(r)
	if err != nil {
		return a, err
	}
	a.status, a.cookies = got.StatusCode, got.Cookies()
	a.body, err = io.ReadAll(got.Body)
	if err = errors.Join(err, got.Body.Close()); err != nil {
		return a, err
	}
	for _, status := range want {
		if status == a.status {
			return a, nil
		}
	}
	return a, fmt.Errorf("%s %s: status %d, want %v", c.method, c.url, a.status, want)
}

// cookie is what the browser sends from then on.
func (a answer) cookie(name string) string {
	for _, c := range a.cookies {
		if c.Name == name {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}
