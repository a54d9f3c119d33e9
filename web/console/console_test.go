package console_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/ui"
)

// signs is a section of a test: the board shows how many notices there are.
func signs(s *consoletest.Stage) []console.Section {
	count := func(ctx context.Context) (string, error) {
		n, err := storage.Value[int64](ctx, s.DB, `select count(*) from staff_try`)
		return strconv.FormatInt(n, 10), err
	}
	return []console.Section{{
		Name: "audit",
		Routes: []console.Route{
			{Method: http.MethodGet, Path: "/console/board", Permission: staff.ReadAudit, Serve: func(v *console.Visit) error {
				n, err := count(v.R.Context())
				if err != nil {
					return err
				}
				return v.Show(boardPage(v.View, n))
			}},
			{Method: http.MethodPost, Path: "/console/board", Permission: staff.ManageStaff, Serve: func(v *console.Visit) error {
				return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
					_, err := tx.Exec(ctx, `insert into staff_try (index, at) values ('x', $1)`, v.Now)
					return "/console/board?done=sample", err
				})
			}},
		},
		Topics: []console.Topic{{
			Name: "board", Permission: staff.ReadAudit,
			Mark: func(ctx context.Context, _ string) (string, error) { return count(ctx) },
			Piece: func(v *console.Visit, _, _ string) (templ.Component, error) {
				n, err := count(v.R.Context())
				return ui.KPI("all", n, v.Second(v.Now), ""), err
			},
		}},
	}}
}

// TestRoutesByRoles is the table of who may open what, written out apart from the one
// in core/staff.
func TestRoutesByRoles(t *testing.T) {
	t.Parallel()
	may := map[string][]staff.Role{
		"GET /console/audit":  {staff.Owner, staff.Auditor},
		"GET /console/board":  {staff.Owner, staff.Auditor},
		"POST /console/board": {staff.Owner},
	}
	for _, everybody := range []string{
		"GET /console/{$}", "GET /console", "GET /console/", "GET /console/ui", "POST /console/look", "POST /console/signout",
		"GET /console/events", // each topic asks for its own
		"GET /console/signin", "POST /console/signin", "POST /console/signin/passkey/begin", "POST /console/signin/passkey",
		"GET /console/invitation/{token}", "POST /console/invitation/{token}/passkey/begin", "POST /console/invitation/{token}/passkey",
		"POST /console/invitation/{token}/password", "POST /console/invitation/{token}/look",
		"GET /console/account", "POST /console/account/session/end", "POST /console/account/codes", "GET /console/account/password", "POST /console/account/password",
		"POST /console/account/passkey/begin", "POST /console/account/passkey", "POST /console/account/passkey/remove", "POST /console/account/telegram",
	} {
		may[everybody] = staff.Roles
	}
	s := consoletest.Open(t, func(s *consoletest.Stage) []console.Section { return append(audit(s), signs(s)...) })
	s.Roles(append(append(console.OwnRoutes(), audit(s)[0].Routes...), signs(s)[0].Routes...), may)
}

func ask(t *testing.T, c *http.Client, method, address string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp
}

// TestFormIsDoneOnce sends a form twice, and then another one under its key.
func TestFormIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	c := s.Client(s.SignIn("Вера", staff.Owner))
	for i, form := range []url.Values{{"key": {"a"}}, {"key": {"a"}}, {"key": {"a"}, "other": {"1"}}, {}} {
		resp, err := c.PostForm(s.URL+"/console/board", form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if want := []int{303, 303, 409, 400}[i]; resp.StatusCode != want {
			t.Errorf("form %d: %d, want %d", i, resp.StatusCode, want)
		}
	}
	if n, err := storage.Value[int](t.Context(), s.DB, `select count(*) from staff_try`); n != 1 || err != nil {
		t.Errorf("done %d times, %v", n, err)
	}
}

// TestStream watches a board that something else than this site changes: what has been
// drawn does not come again, and a reader who comes back misses nothing.
func TestStream(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	cookie := s.SignIn("Вера", staff.Auditor)
	change := func() {
		if _, err := s.DB.Exec(t.Context(), `insert into staff_try (index, at) values ('x', '2026-01-01')`); err != nil {
			t.Fatal(err)
		}
	}
	lines, leave := listen(t, s, cookie, "0", "")
	change()
	id, data := event(t, lines)
	if id != "mark=1" || !strings.Contains(data, "live-board") || !strings.Contains(data, `class="number">1<`) {
		t.Errorf("first event: %q %q", id, data)
	}
	leave()
	change()
	lines, leave = listen(t, s, cookie, "0", id)
	defer leave()
	if id, data = event(t, lines); id != "mark=2" || !strings.Contains(data, `class="number">2<`) {
		t.Errorf("after coming back: %q %q", id, data)
	}
	if err := s.Staff.Disable(t.Context(), time.Now(), 1); err != nil {
		t.Fatal(err)
	}
	if id, data = event(t, lines); data != "over" {
		t.Errorf("after the person has left: %q %q", id, data)
	}
}

func listen(t *testing.T, s *consoletest.Stage, cookie *http.Cookie, mark, last string) (lines *bufio.Scanner, leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/console/events?topic=board&mark="+mark, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", last)
	resp, err := s.Client(cookie).Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	return bufio.NewScanner(resp.Body), func() { cancel(); _ = resp.Body.Close() }
}

// event reads the next one with data.
func event(t *testing.T, lines *bufio.Scanner) (id, data string) {
	t.Helper()
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "id":
			id = value
		case field == "data":
			data += value
		case field == "" && data != "":
			return id, data
		}
	}
	t.Fatal("the stream has ended: ", lines.Err())
	return
}

// TestTopicsAskForTheirPermission: the stream is open to everybody, what it brings is not.
func TestTopicsAskForTheirPermission(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	c := s.Client(s.SignIn("Вера", staff.Marketer))
	for topic, want := range map[string]int{"board": 403, "none": 404, "board&topic=none": 400} {
		if got := ask(t, c, http.MethodGet, s.URL+"/console/events?mark=&topic="+topic).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", topic, got, want)
		}
	}
}

// TestUndeclaredIsRefused: what nobody has given a permission does not start.
func TestUndeclaredIsRefused(t *testing.T) {
	t.Parallel()
	for _, section := range []console.Section{
		{Name: "a", Routes: []console.Route{{Method: http.MethodGet, Path: "/console/a"}}},
		{Name: "a", Routes: []console.Route{{http.MethodGet, "/console/a", staff.ReadAudit, nil}}, Topics: []console.Topic{{Name: "a"}}},
	} {
		if _, err := console.New(console.Deps{Sections: []console.Section{section}}); err == nil {
			t.Errorf("%+v starts", section)
		}
	}
}

func boardPage(v ui.View, n string) templ.Component {
	board := ui.Watch{Topic: "board", Mark: n}
	return within(ui.Page(v, "board"), ui.Head("board", ""), within(ui.Panel("notices", "notices"), within(ui.Watched(board), ui.KPI("all", n, "", ""))), ui.Live(v, board))
}

func within(outer templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(inner...)), w)
	})
}
