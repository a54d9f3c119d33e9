package scripts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/templates"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/author"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/scripts"
	"besedka/web/studio"
)

// hall is a console whose programme is the brand template.
type hall struct {
	*consoletest.Stage
	t        *testing.T
	releases *release.Service
	waiting  []source.Text     // as the press tells
	stranded []*source.Problem // as the sheet and the next publication find them
	late     []*source.Problem // that no sheet has told of
}

func open(t *testing.T) *hall {
	h := &hall{t: t}
	h.Stage = consoletest.Open(t, func(s *consoletest.Stage) []console.Section {
		h.Stage, h.releases = s, release.New(s.DB)
		return []console.Section{h.section()}
	})
	files, err := templates.Files("brand")
	if err != nil {
		t.Fatal(err)
	}
	h.publish(files)
	return h
}

func (h *hall) section() console.Section {
	words, err := locales.Load()
	if err != nil {
		h.t.Fatal(err)
	}
	return scripts.Section(scripts.Deps{
		Studio: &studio.Studio{DB: h.DB, Releases: h.releases, Vocabulary: actions.Vocabulary(), Press: studio.Press{
			Outlook: func(context.Context, *flows.Programme, bool) (studio.Outlook, error) {
				return studio.Outlook{Waiting: h.waiting, Stranded: h.stranded}, nil
			},
			PublishTx: h.publishTx,
			Follow:    func(context.Context) error { return nil },
			People:    func(context.Context) (map[string]int64, error) { return map[string]int64{"onboarding/name": 7}, nil },
		}},
		Author: author.Deps{Vocabulary: actions.Vocabulary(), Facts: actions.Newcomer(), Words: words, Now: time.Now, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil))},
	})
}

// publishTx is the press without its campaigns; that of the program has its test there.
func (h *hall) publishTx(ctx context.Context, tx storage.Tx, o release.Order, folder fs.FS, _ bool) (bool, error) {
	if programme, problems := flows.Reload(folder, actions.Vocabulary()); programme == nil {
		return false, &studio.Unpublishable{Problems: problems}
	}
	_, changed, err := release.PublishTx(ctx, tx, o, folder, func(ctx context.Context, tx storage.Tx, id string) error {
		if found := slices.Concat(h.stranded, h.late); len(found) > 0 {
			return &studio.Unpublishable{Problems: found}
		}
		return staff.AuditTx(ctx, tx, o.At, staff.Act{Staff: o.Staff, Act: "release.publish", Object: "release/" + id, Detail: map[string]any{"reason": o.Reason}})
	})
	return changed, err
}

// publish is what another way of publishing does: the command line's.
func (h *hall) publish(files map[string][]byte) {
	h.t.Helper()
	folder, err := release.Folder(files)
	if err != nil {
		h.t.Fatal(err)
	}
	_, _, err = h.releases.Publish(h.t.Context(), release.Order{At: time.Now()}, folder, func(context.Context, storage.Tx, string) error { return nil })
	if err != nil {
		h.t.Fatal(err)
	}
}

// live is what is in force.
func (h *hall) live() (release.Publication, map[string][]byte) {
	h.t.Helper()
	is, err := h.releases.Current(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	files, err := release.Files(h.t.Context(), h.DB, is.Release)
	if err != nil {
		h.t.Fatal(err)
	}
	return is, files
}

// publishes another text of a file, behind the back of who writes.
func (h *hall) elsewhere(path, was, is string) {
	h.t.Helper()
	_, files := h.live()
	text := strings.Replace(string(files[path]), was, is, 1)
	if text == string(files[path]) {
		h.t.Fatalf("%s has no %q", path, was)
	}
	files[path] = []byte(text)
	h.publish(files)
}

// person is somebody of the staff who has signed in.
type person struct {
	*hall
	*http.Client
}

func (h *hall) person(name string, role staff.Role) person {
	return person{h, h.Client(h.SignIn(name, role))}
}

func (p person) do(method, path, kind, body string) (int, string, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	answer, err := p.Client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header.Get("Location")
}

func (p person) get(path string) string {
	p.t.Helper()
	status, text, _ := p.do(http.MethodGet, path, "", "")
	if status != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s", path, status, text)
	}
	return text
}

// ask sends JSON to a page that files are written on.
func (p person) ask(path string, body, into any) int {
	p.t.Helper()
	payload, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	status, text, _ := p.do(http.MethodPost, path, "application/json", string(payload))
	if into != nil {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			p.t.Fatalf("%s: %v: %s", path, err, text)
		}
	}
	return status
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)

// submit fills in the form of a page that is sent to an address.
func (p person) submit(page, action string, with url.Values) (status int, text, to string) {
	p.t.Helper()
	shown := p.get(page)
	_, form, found := strings.Cut(shown, `action="`+action+`"`)
	if !found {
		p.t.Fatalf("%s has no form for %s: %s", page, action, shown)
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		values.Add(m[1], m[2])
	}
	for name, value := range with {
		values[name] = value
	}
	return p.do(http.MethodPost, action, "application/x-www-form-urlencoded", values.Encode())
}

// begin opens a draft and is where it stands.
func (p person) begin() string {
	p.t.Helper()
	status, text, to := p.submit("/console/scripts", "/console/scripts/drafts", nil)
	if status != http.StatusSeeOther {
		p.t.Fatalf("begin: %d %s", status, text)
	}
	return strings.TrimSuffix(to, "/")
}

type file struct{ Text, Hash, By string }

func (p person) file(draft, name string) (f file) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.get(draft+"/file?name="+name)), &f); err != nil {
		p.t.Fatal(err)
	}
	return f
}

// change saves another text of a file.
func (p person) change(draft, name, was, is string) {
	p.t.Helper()
	f := p.file(draft, name)
	text := strings.Replace(f.Text, was, is, 1)
	if text == f.Text {
		p.t.Fatalf("%s has no %q", name, was)
	}
	if status := p.ask(draft+"/file/save", map[string]string{"name": name, "text": text, "seen": f.Hash}, nil); status != http.StatusOK {
		p.t.Fatalf("save %s: %d", name, status)
	}
}

func (h *hall) count(sql string, args ...any) (n int) {
	h.t.Helper()
	n64, err := storage.Value[int64](h.t.Context(), h.DB, sql, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	return int(n64)
}

// TestRoutesByRoles is the table of who may open what.
func TestRoutesByRoles(t *testing.T) {
	t.Parallel()
	readers, publishers := []staff.Role{staff.Owner, staff.Marketer, staff.Auditor}, []staff.Role{staff.Owner, staff.Marketer}
	h := open(t)
	const at = " /console/scripts"
	h.Roles(h.section().Routes, map[string][]staff.Role{
		"GET" + at: readers, "GET" + at + "/diff": readers, "GET" + at + "/publications/{id}": readers, "POST" + at + "/publications/{id}": publishers,
		"GET" + at + "/live/{rest...}": readers, "POST" + at + "/live/{rest...}": readers,
		"POST" + at + "/drafts": publishers, "GET" + at + "/drafts/{id}/{rest...}": publishers, "POST" + at + "/drafts/{id}/{rest...}": publishers,
		"GET" + at + "/drafts/{id}/sheet": publishers, "POST" + at + "/drafts/{id}/sheet": publishers,
		"POST" + at + "/drafts/{id}/rebase": publishers, "POST" + at + "/drafts/{id}/close": publishers,
	})
}

// TestPublishAndGoBack: a draft is written, checked, shown with its lines, published with
// a reason that stands in the history and the audit, and taken back.
func TestPublishAndGoBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.waiting = []source.Text{source.Sentence("onboarding/pet: ждут 37", "onboarding/pet: 37 wait")}
	first, _ := h.live()
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	anna.change(draft, "flows/onboarding.yaml", "Как вас зовут?", "А как вас зовут?")
	sheet := anna.get(draft + "/sheet")
	for _, want := range []string{"flows/onboarding.yaml", "А как вас зовут?", "+1 −1", "ждут 37", "Сыграно разговоров"} {
		if !strings.Contains(sheet, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", url.Values{"reason": {" \n "}}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "Напишите, зачем это") {
		t.Errorf("without a reason: %d", status)
	}
	status, text, to := anna.submit(draft+"/sheet", draft+"/sheet", url.Values{"reason": {"вежливее"}})
	if status != http.StatusSeeOther || to != "/console/scripts?done=scripts_published" {
		t.Fatalf("publish: %d %s", status, text)
	}
	second, files := h.live()
	if second.Name != "Анна" || second.Reason != "вежливее" || !strings.Contains(string(files["flows/onboarding.yaml"]), "А как вас зовут?") {
		t.Errorf("in force is %+v", second)
	}
	if n := h.count(`select count(*) from audit where act = 'release.publish' and detail::text like '%вежливее%'`); n != 1 {
		t.Errorf("%d rows of the audit, want one", n)
	}
	if page := anna.get("/console/scripts"); !strings.Contains(page, "вежливее") || !strings.Contains(page, "Черновиков нет") {
		t.Errorf("the history does not tell: %s", page)
	}
	if status := anna.ask(draft+"/file/save", map[string]string{"name": "segments.yaml", "text": "", "seen": anna.file(draft, "segments.yaml").Hash}, nil); status != http.StatusConflict {
		t.Errorf("a published draft is written in: %d", status)
	}

	page := fmt.Sprintf("/console/scripts/publications/%d", first.ID)
	if shown := h.person("Олег", staff.Auditor).get(page); strings.Contains(shown, "<form method=\"post\" action=\"/console/scripts") {
		t.Error("an auditor may go back")
	}
	if status, text, _ := anna.submit(page, page, url.Values{"reason": {"поторопились"}}); status != http.StatusSeeOther {
		t.Fatalf("go back: %d %s", status, text)
	}
	third, files := h.live()
	if third.Release != first.Release || third.ID == first.ID || third.Reason != "поторопились" || strings.Contains(string(files["flows/onboarding.yaml"]), "А как вас зовут?") {
		t.Errorf("back is %+v", third)
	}
	diff := anna.get(fmt.Sprintf("/console/scripts/diff?from=%d&to=%d", second.ID, third.ID))
	if !strings.Contains(diff, "+1 −1") {
		t.Errorf("the difference of any two: %s", diff)
	}
}

// TestTwoWhoWriteOneFile: the second is told who was first and gets that text beside their
// own; other files they write at once.
func TestTwoWhoWriteOneFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, boris := h.person("Анна", staff.Marketer), h.person("Борис", staff.Owner)
	draft := anna.begin()
	const name = "flows/about.yaml"
	seen := boris.file(draft, name)
	anna.change(draft, name, "flow: about", "flow: about # Анна")
	var told struct{ Why, Text, Hash, By string }
	if status := boris.ask(draft+"/file/save", map[string]string{"name": name, "text": seen.Text + "# Борис\n", "seen": seen.Hash}, &told); status != http.StatusConflict {
		t.Fatalf("the second save: %d", status)
	}
	if !strings.Contains(told.Text, "# Анна") || !strings.Contains(told.By, "Анна") || told.Why == "" {
		t.Errorf("told is %+v", told)
	}
	boris.change(draft, "segments.yaml", "\n", "\n# Борис\n")
	if status := boris.ask(draft+"/file/save", map[string]string{"name": name, "text": seen.Text + "# Борис\n", "seen": told.Hash}, nil); status != http.StatusOK {
		t.Errorf("over what was seen: %d", status)
	}
	if f := anna.file(draft, name); !strings.Contains(f.Text, "# Борис") || !strings.Contains(f.By, "Борис") {
		t.Errorf("now it is %+v", f)
	}
}

// TestAnyProcessKnowsTheDraft: of a page that another process has served, the first that
// this one hears may be a check or a new name.
func TestAnyProcessKnowsTheDraft(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	_, files := h.live()
	text := string(files["flows/about.yaml"])
	var found struct{ Findings []any }
	status := anna.ask(anna.begin()+"/check", map[string]string{"name": "flows/about.yaml", "text": text}, &found)
	if status != http.StatusOK || len(found.Findings) > 0 {
		t.Errorf("a check: %d %v", status, found.Findings)
	}
	to := map[string]string{"name": "flows/about.yaml", "to": "flows/us.yaml", "seen": draft.HashOf([]byte(text))}
	if status := anna.ask(anna.begin()+"/file/rename", to, nil); status != http.StatusOK {
		t.Errorf("a new name: %d", status)
	}
}

// TestAnotherReleaseMeanwhile: what was published meanwhile comes into the draft, by
// itself where nothing touches, else as a person chooses.
func TestAnotherReleaseMeanwhile(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	anna.change(draft, "flows/onboarding.yaml", "Как вас зовут?", "А как вас зовут?")
	h.elsewhere("segments.yaml", "\n", "\n# другое\n")
	if page := anna.get(draft + "/sheet"); strings.Contains(page, `name="reason"`) || !strings.Contains(page, "Пока вы писали") {
		t.Error("a draft of what is in force no more can be published")
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/rebase", nil); status != http.StatusSeeOther {
		t.Fatalf("rebase: %d %s", status, text)
	}
	h.elsewhere("flows/onboarding.yaml", "Как вас зовут?", "Имя?")
	page := anna.get(draft + "/sheet")
	if !strings.Contains(page, "Спорных файлов: 1") || !strings.Contains(page, "Имя?") {
		t.Errorf("the conflict is not shown: %s", page)
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/rebase", nil); status != http.StatusUnprocessableEntity || !strings.Contains(text, "есть спорные файлы") {
		t.Errorf("nobody has chosen: %d", status)
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/rebase", url.Values{"choice-0": {"mine"}}); status != http.StatusSeeOther {
		t.Fatalf("rebase: %d %s", status, text)
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", url.Values{"reason": {"вежливее"}}); status != http.StatusSeeOther {
		t.Fatalf("publish: %d %s", status, text)
	}
	_, files := h.live()
	if !strings.Contains(string(files["flows/onboarding.yaml"]), "А как вас зовут?") || !strings.Contains(string(files["segments.yaml"]), "# другое") {
		t.Error("somebody's change is lost")
	}
}

// TestNothingIsPublishedUnseen: not over another release, nor a draft that was changed
// since, nor with mistakes, nor where it strands somebody.
func TestNothingIsPublishedUnseen(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	anna.change(draft, "flows/onboarding.yaml", "Как вас зовут?", "А как вас зовут?")
	was, _ := h.live()
	reason := url.Values{"reason": {"вежливее"}}
	with := func(name, value string) url.Values {
		return url.Values{"reason": reason["reason"], name: {value}}
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", with("version", "1")); status != http.StatusUnprocessableEntity || !strings.Contains(text, "успели изменить") {
		t.Errorf("another draft: %d", status)
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", with("live", strings.Repeat("0", 64))); status != http.StatusUnprocessableEntity || !strings.Contains(text, "уже другая редакция") {
		t.Errorf("over another release: %d", status)
	}
	h.stranded = []*source.Problem{{Code: "L220", What: source.Sentence("шага «pet» больше нет", "gone"), Cure: source.Sentence("впишите moved", "write moved")}}
	if page := anna.get(draft + "/sheet"); strings.Contains(page, `name="reason"`) || !strings.Contains(page, "шага «pet» больше нет") {
		t.Error("whoever is stranded is not told")
	}
	h.stranded = nil
	shown := anna.get(draft + "/sheet")
	h.stranded = []*source.Problem{{Code: "L220", What: source.Sentence("сюда успели прийти", "gone")}}
	values := url.Values{"reason": reason["reason"]}
	for _, m := range hidden.FindAllStringSubmatch(shown, -1) {
		values.Set(m[1], m[2])
	}
	if status, text, _ := anna.do(http.MethodPost, draft+"/sheet", "application/x-www-form-urlencoded", values.Encode()); status != http.StatusUnprocessableEntity || !strings.Contains(text, "сюда успели прийти") {
		t.Errorf("somebody came there since: %d %s", status, text)
	}
	h.stranded = nil
	anna.change(draft, "flows/onboarding.yaml", "agree: name", "agree: nmae")
	if page := anna.get(draft + "/sheet"); strings.Contains(page, `name="reason"`) || !strings.Contains(page, "нет шага «nmae»") {
		t.Error("a draft with mistakes can be published")
	}
	if is, _ := h.live(); is != was && is.ID != was.ID {
		t.Errorf("in force is %+v", is)
	}
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/close", nil); status != http.StatusSeeOther {
		t.Errorf("put away: %d %s", status, text)
	}
}

// TestReadersChangeNothing: an auditor reads what is in force, with the talk and the
// people at its steps, and saves nothing.
func TestReadersChangeNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	auditor := h.person("Олег", staff.Auditor)
	const live = "/console/scripts/live"
	if page := auditor.get(live + "/"); !strings.Contains(page, "data-reading") || strings.Contains(page, `data-new="flow"`) {
		t.Error("the page offers to write")
	}
	f := auditor.file(live, "segments.yaml")
	if status := auditor.ask(live+"/file/save", map[string]string{"name": "segments.yaml", "text": "x", "seen": f.Hash}, nil); status != http.StatusConflict {
		t.Errorf("saved: %d", status)
	}
	var drawn struct{ HTML string }
	if err := json.Unmarshal([]byte(auditor.get(live+"/graph?flow=onboarding")), &drawn); err != nil || !strings.Contains(drawn.HTML, "ждут 7") {
		t.Errorf("the graph does not say who waits: %v %s", err, drawn.HTML)
	}
	if page := auditor.get("/console/scripts"); strings.Contains(page, "Начать черновик") {
		t.Error("an auditor may write")
	}
}

// TestWhatNoReleaseTakesIsNotWritten: a file out of its place is refused with what to call
// it, and a text beside it is kept.
func TestWhatNoReleaseTakesIsNotWritten(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	for _, name := range []string{"notes.md", "flows/.hidden.yaml", "README.txt"} {
		var told struct {
			Why      string
			Findings []struct{ Code, File string }
		}
		status := anna.ask(draft+"/file/save", map[string]string{"name": name, "text": "x"}, &told)
		if status != http.StatusUnprocessableEntity || !strings.Contains(told.Why, "назовите его") || len(told.Findings) != 1 || told.Findings[0].Code != "L696" || told.Findings[0].File != name {
			t.Errorf("%s: %d %+v", name, status, told)
		}
	}
	if page := anna.get(draft + "/sheet"); !strings.Contains(page, "Файлы одинаковые") || strings.Contains(page, `name="reason"`) {
		t.Errorf("what was refused is in the draft: %s", page)
	}
}

// TestDraftThatChangesNothing is not published and stays: neither the history nor the
// audit would say who closed it.
func TestDraftThatChangesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	anna.change(draft, "flows/onboarding.yaml", "Как вас зовут?", "А как вас зовут?")
	form := anna.filled(draft + "/sheet")
	anna.change(draft, "flows/onboarding.yaml", "А как вас зовут?", "Как вас зовут?")
	form.Set("version", "3")
	form.Set("reason", "пусто")
	if status, text, _ := anna.send(draft+"/sheet", form); status != http.StatusUnprocessableEntity || !strings.Contains(text, "это и так в силе") {
		t.Errorf("published: %d %s", status, text)
	}
	if n := h.count(`select count(*) from draft where closed_at is null`); n != 1 {
		t.Errorf("%d drafts are open", n)
	}
}

// TestRefusedIsTriedAgain: a publication that is refused for what came meanwhile says what
// and where, and goes through once that is mended.
func TestRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.person("Анна", staff.Marketer)
	draft := anna.begin()
	anna.change(draft, "flows/onboarding.yaml", "Как вас зовут?", "А как вас зовут?")
	h.late = []*source.Problem{{Pos: source.Pos{File: "flows/onboarding.yaml", Line: 12, Col: 3}, Code: "L220", What: source.Sentence("сюда успели прийти", "somebody came here")}}
	reason := url.Values{"reason": {"вежливее"}}
	status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", reason)
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, "flows/onboarding.yaml:12:3") || !strings.Contains(text, "сюда успели прийти") || !strings.Contains(text, draft+"/#flows%2Fonboarding.yaml:12:3") {
		t.Errorf("refused: %d %s", status, text)
	}
	h.late = nil
	if status, text, _ := anna.submit(draft+"/sheet", draft+"/sheet", reason); status != http.StatusSeeOther {
		t.Errorf("mended: %d %s", status, text)
	}
}

// filled are the values of the forms of a page, as they stand.
func (p person) filled(page string) url.Values {
	p.t.Helper()
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(p.get(page), -1) {
		if !values.Has(m[1]) {
			values.Set(m[1], m[2])
		}
	}
	return values
}

func (p person) send(to string, form url.Values) (int, string, string) {
	p.t.Helper()
	return p.do(http.MethodPost, to, "application/x-www-form-urlencoded", form.Encode())
}
