package app

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"yigai/internal/account/accounttest"
)

// browser is one person at a real Chromium. Whatever its console complains about fails the test.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	complaints []string
}

// chromium finds the browser. Only a person who says so in YIGAI_TEST_SKIP leaves the browser tests out.
func chromium(t *testing.T) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("YIGAI_TEST_SKIP"), ","), "browser") {
		t.Skip("left out by YIGAI_TEST_SKIP=browser")
	}
	for _, name := range []string{os.Getenv("YIGAI_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil && name != "" {
			return path
		}
	}
	t.Fatal("the browser tests need Chromium: apt-get install chromium, or name one in YIGAI_CHROMIUM")
	return ""
}

func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium(t)), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true)}
	allocated, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endContext := chromedp.NewContext(allocated)
	ctx, endTime := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(func() { endTime(); endContext(); endAllocator() })
	b := &browser{t: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	b.do(chromedp.EmulateViewport(1366, 768))
	t.Cleanup(b.requireQuiet)
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

func (b *browser) requireQuiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("the browser's console says: %s", c)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		text, textErr := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
		b.t.Fatalf("in the browser: %v\n%s (%v)", err, text, textErr)
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

func (b *browser) signIn(username string) {
	b.t.Helper()
	b.open("/login")
	b.do(chromedp.SendKeys(`input[name=username]`, username), chromedp.SendKeys(`input[name=password]`, accounttest.Password+"\r"),
		chromedp.WaitVisible(`nav.side`))
}

// until waits for a condition in the page.
func (b *browser) until(condition string) {
	b.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf("Boolean(%s)", condition)))
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			text, textErr := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
			b.t.Fatalf("still not %s: %v\n%s (%v)", condition, err, text, textErr)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (b *browser) reads(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("document.body && document.body.innerText.includes(%q)", text))
}
