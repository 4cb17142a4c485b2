package app

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"yigai/internal/actor"
)

// tenCells are typed while nothing can be sent.
var tenCells = []string{"staff_on_post", "health_techs", "physicians", "gps", "gps_registered", "gps_certified", "nurses", "beds_actual",
	"beds_actual_max", "bed_days_open"}

// Ten figures typed without a network stay on the machine, and are stored as soon as the network is back.
func TestTenCellsTypedOffline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clerk := newBrowser(t, w.server.URL)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	w.openCell(clerk)
	clerk.offline(true)
	w.typeTen(clerk)
	clerk.reads("离线,已保存在本机 10 处")
	w.requireCells(t, 0)
	clerk.offline(false)
	clerk.reads("已恢复,刚才断开时填的 10 处已送出")
	w.requireTen(t)
	clerk.until(`localStorage.getItem(document.getElementById("entry").dataset.storage) === null`)
	clerk.overlook("ERR_INTERNET_DISCONNECTED")
}

// A server that goes away and comes back takes nothing with it.
func TestTheServerIsStartedAgainWhileTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop, address := w.serve(t, "127.0.0.1:0")
	clerk := newBrowser(t, "http://"+address)
	clerk.signIn(w.usernames[actor.InstitutionReporter])
	w.openCell(clerk)
	stop()
	w.typeTen(clerk)
	clerk.reads("连不上服务器,已保存在本机 10 处")
	w.serve(t, address)
	clerk.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireTen(t)
	clerk.overlook("ERR_")
}

// serve runs the application on an address until it is stopped.
func (w *world) serve(t *testing.T, address string) (stop func(), at string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: w.app.Handler(), ReadHeaderTimeout: 0}} //nolint:gosec // a test's own server
	server.Start()
	stop = func() { server.CloseClientConnections(); server.Close() }
	t.Cleanup(stop)
	return stop, listener.Addr().String()
}

// Two clerks on one form see each other and each other's figures; where both typed, both are shown.
func TestTwoClerksOnOneForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := newBrowser(t, w.server.URL), newBrowser(t, w.server.URL)
	one.signIn(w.usernames[actor.InstitutionReporter])
	two.signIn(w.usernames[actor.InstitutionAdmin])
	cell := w.openCell(one)
	w.openCell(two)
	one.typeFigure(cell, "611")
	two.until(fmt.Sprintf(`document.querySelector('%s').value === "611" && document.querySelector(".cell-flash")`, cell))
	two.until(`document.getElementById("entry-others").textContent.startsWith("正在填报:")`)
	one.until(`document.getElementById("entry-others").textContent.startsWith("正在填报:")`)
	two.typeFigure(cell, "622")
	two.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireStored(t, "622")
	one.until(fmt.Sprintf(`document.querySelector('%s').value === "622"`, cell))

	one.offline(true)
	one.typeFigure(cell, "633")
	one.reads("离线,已保存在本机 1 处")
	two.typeFigure(cell, "644")
	two.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	one.offline(false)
	one.reads("已把这一格改为 644,您填的是 633")
	one.until(`Array.from(document.querySelectorAll(".choice")).some((b) => b.textContent === "用我的 633" && (b.click(), true))`)
	one.until(`document.getElementById("entry-saved").dataset.state === "saved"`)
	w.requireStored(t, "633")
	one.overlook("ERR_INTERNET_DISCONNECTED")
}

// What one person could not send is neither shown to the next who signs in at the machine nor stored in their name.
func TestDraftsBelongToOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	browser := newBrowser(t, w.server.URL)
	browser.signIn(w.usernames[actor.InstitutionReporter])
	cell := w.openCell(browser)
	browser.until(fmt.Sprintf(`(localStorage.setItem(document.getElementById("entry").dataset.storage,
		JSON.stringify({cells: {%q: {value: "611", version: 0}}, texts: {}})), true)`, w.cellName()))
	browser.signOut()
	browser.signIn(w.usernames[actor.InstitutionAdmin])
	w.openCell(browser)
	browser.until(fmt.Sprintf(`document.readyState === "complete" && document.querySelector('%s').value === ""`, cell))
	w.requireCells(t, 0)

	browser.signOut()
	browser.signIn(w.usernames[actor.InstitutionReporter])
	w.openCell(browser)
	browser.reads("已找回上次没有保存成功的 1 处内容,并已保存")
	w.requireStored(t, "611")
}

func (b *browser) signOut() {
	b.t.Helper()
	b.open("/")
	b.until(`fetch("/logout", {method: "POST"}).then(() => { document.body.dataset.out = "1"; }), document.body.dataset.out === "1"`)
}

// offline pulls the network, or puts it back.
func (b *browser) offline(off bool) {
	b.t.Helper()
	pull := cdp.Command[network.OverrideNetworkStateParams, cdp.Empty]{Method: "Network.emulateNetworkConditions"}
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, pull, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
		b.t.Fatal(err)
	}
}

// typeTen types one figure after another, as fast as the keyboard takes them.
func (w *world) typeTen(b *browser) {
	b.t.Helper()
	for i, element := range tenCells {
		cell := fmt.Sprintf(`input[name="c.%s.%s"]`, w.home["institution"], element)
		b.typeFigure(cell, strconv.Itoa(40+i))
	}
}

func (w *world) requireTen(t *testing.T) {
	t.Helper()
	for i, element := range tenCells {
		if got := w.one(t, `SELECT c.value::bigint FROM cell c JOIN element e ON e.county_id = c.county_id AND e.id = c.element_id
			WHERE c.report_id = $1 AND e.slug = $2`, w.number(t, "report"), element); got != strconv.Itoa(40+i) {
			t.Errorf("%s is stored as %s, typed was %d", element, got, 40+i)
		}
	}
}

func (w *world) requireCells(t *testing.T, want int) {
	t.Helper()
	if got := w.one(t, `SELECT count(*) FROM cell WHERE report_id = $1`, w.number(t, "report")); got != strconv.Itoa(want) {
		t.Errorf("%s cells are stored, want %d", got, want)
	}
}
