package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/core/release"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/templates"
	"besedka/storage"
	"besedka/web/studio"
)

// studio is that of the program but for campaigns and who waits, which have their test
// there.
func (d *desk) studio() *studio.Studio {
	return &studio.Studio{DB: d.db, Releases: release.New(d.db), Vocabulary: actions.Vocabulary(), Press: studio.Press{
		Outlook:   func(context.Context, *flows.Programme, bool) (studio.Outlook, error) { return studio.Outlook{}, nil },
		Follow:    func(context.Context) error { return nil },
		PublishTx: pressed,
	}}
}

func pressed(ctx context.Context, tx storage.Tx, o release.Order, folder fs.FS, _ bool) (bool, error) {
	if programme, problems := flows.Load(folder, actions.Vocabulary()); programme == nil {
		return false, &studio.Unpublishable{Problems: problems}
	}
	_, changed, err := release.PublishTx(ctx, tx, o, folder, func(ctx context.Context, tx storage.Tx, id string) error {
		return staff.AuditTx(ctx, tx, o.At, staff.Act{Staff: o.Staff, Act: "release.publish", Object: "release/" + id})
	})
	return changed, err
}

// writer is a marketer's program on the brand template.
type writer struct {
	*desk
	n int
}

func openWriter(t *testing.T) *writer {
	t.Helper()
	d := open(t)
	files, err := templates.Files("brand")
	d.must(err)
	folder := fstest.MapFS{}
	for path, text := range files {
		folder[path] = &fstest.MapFile{Data: text}
	}
	_, _, err = release.New(d.db).Publish(t.Context(), release.Order{At: now}, folder, func(context.Context, storage.Tx, string) error { return nil })
	d.must(err)
	return &writer{desk: d}
}

// does posts under a key of its own and returns the answer with its status and the type
// of its problem.
func (w *writer) does(path, body string) (string, map[string]any) {
	w.t.Helper()
	w.n++
	status, answer := w.ask(http.MethodPost, path, w.tokens[staff.Marketer], fmt.Sprint("k", w.n), body)
	kind, _ := answer["type"].(string)
	return strings.TrimSpace(fmt.Sprint(status, " ", strings.TrimPrefix(kind, "urn:besedka:problem:"))), answer
}

func (w *writer) get(path string) map[string]any {
	w.t.Helper()
	status, answer := w.ask(http.MethodGet, path, w.tokens[staff.Marketer], "", "")
	if status != http.StatusOK {
		w.t.Fatalf("GET %s: %d %v", path, status, answer)
	}
	return answer
}

// TestDraftByProgram writes a draft over what was seen, publishes it as it was shown and
// goes back.
func TestDraftByProgram(t *testing.T) {
	t.Parallel()
	w := openWriter(t)
	got, answer := w.does("/drafts", "")
	if got != "200" {
		t.Fatalf("open: %s %v", got, answer)
	}
	draft := fmt.Sprintf("/drafts/%.0f", answer["draft"])
	is := w.get(draft + "/file?path=flows/onboarding.yaml")
	text := strings.Replace(is["text"].(string), "Как вас зовут?", "А как вас зовут?", 1)
	write := func(text, seen string) (string, map[string]any) {
		return w.does(draft+"/file", fmt.Sprintf(`{"path": "flows/onboarding.yaml", "text": %q, "seen": %q}`, text, seen))
	}
	if got, answer := write(text, is["hash"].(string)); got != "200" {
		t.Fatalf("write: %s %v", got, answer)
	}
	if got, answer := write("mine", is["hash"].(string)); got != "409 changed" || answer["hash"] == "" || answer["by"] == 0.0 {
		t.Errorf("over what was not seen: %s %v", got, answer)
	}
	if got, _ := w.does(draft+"/file", `{"path": "../x.yaml", "text": ""}`); got != "400 misplaced" {
		t.Errorf("a file outside: %s", got)
	}
	sheet := w.get(draft + "/sheet")
	live := sheet["live"].(map[string]any)["release"].(string)
	if files := sheet["files"].([]any); sheet["ready"] != true || len(files) != 1 || files[0].(map[string]any)["more"] != 1.0 {
		t.Errorf("the sheet: %v", sheet)
	}
	publish := func(version int, live, reason string) (string, map[string]any) {
		return w.does(draft+"/publish", fmt.Sprintf(`{"version": %d, "live": %q, "reason": %q}`, version, live, reason))
	}
	for want, try := range map[string]func() (string, map[string]any){
		"400 invalid":       func() (string, map[string]any) { return publish(2, live, " ") },
		"409 changed":       func() (string, map[string]any) { return publish(1, live, "вежливее") },
		"409 other_release": func() (string, map[string]any) { return publish(2, "0000", "вежливее") },
	} {
		if got, answer := try(); got != want {
			t.Errorf("%s %v, want %s", got, answer, want)
		}
	}
	got, answer = publish(2, live, "вежливее")
	if got != "200" || answer["reason"] != "вежливее" || answer["before"] != live || answer["name"] != "marketer" {
		t.Fatalf("publish: %s %v", got, answer)
	}
	_, answer2 := w.does("/drafts", "")
	if got, _ := w.does(fmt.Sprintf("/drafts/%.0f/publish", answer2["draft"]), fmt.Sprintf(`{"version": 1, "live": %q, "reason": "пусто"}`, answer["release"])); got != "409 no_change" {
		t.Errorf("published without a difference: %s", got)
	}
	if n := len(w.get("/drafts")["drafts"].([]any)); n != 1 {
		t.Errorf("%d drafts are open, want the one that changes nothing", n)
	}
	if got, _ := publish(2, live, "вежливее"); got != "409 closed" {
		t.Errorf("published again: %s", got)
	}
	now := answer["release"].(string)
	list := w.get("/releases")["publications"].([]any)
	first := list[1].(map[string]any)["id"]
	if diff := w.get(fmt.Sprintf("/releases/diff?from=%.0f&to=%.0f", first, answer["id"]))["files"].([]any); len(diff) != 1 {
		t.Errorf("they differ in %v", diff)
	}
	w.showsFirst(fmt.Sprintf("/releases/%.0f", first), live, now)
	got, answer = w.does(fmt.Sprintf("/releases/%.0f/back", first), fmt.Sprintf(`{"live": %q, "reason": "рано"}`, now))
	if got != "200" || answer["release"] != live {
		t.Errorf("back: %s %v", got, answer)
	}
}

// TestBrokenDraft: what has mistakes is not published, and the mistakes are told.
func TestBrokenDraft(t *testing.T) {
	t.Parallel()
	w := openWriter(t)
	_, answer := w.does("/drafts", "")
	draft := fmt.Sprintf("/drafts/%.0f", answer["draft"])
	if got, answer := w.does(draft+"/file", `{"path": "flows/odd.yaml", "text": "flow: odd\nsteps: {a: {go: b}}\n"}`); got != "200" {
		t.Fatalf("make: %s %v", got, answer)
	}
	sheet := w.get(draft + "/sheet")
	if sheet["ready"] == true || len(sheet["problems"].([]any)) == 0 {
		t.Errorf("the sheet: %v", sheet)
	}
	live := sheet["live"].(map[string]any)["release"]
	got, told := w.does(draft+"/publish", fmt.Sprintf(`{"version": 2, "live": %q, "reason": "так"}`, live))
	if got != "409 unpublishable" || len(told["problems"].([]any)) == 0 {
		t.Errorf("publish: %s %v", got, told)
	}
	if got, answer := w.does(draft+"/close", `{"version": 2}`); got != "200" {
		t.Errorf("close: %s %v", got, answer)
	}
	if list := w.get("/drafts")["drafts"].([]any); len(list) != 0 {
		t.Errorf("still there: %v", list)
	}
}

// TestWriteAgainAndAgain: the hash that is answered is what to have seen next, of a file
// that was taken away too.
func TestWriteAgainAndAgain(t *testing.T) {
	t.Parallel()
	w := openWriter(t)
	_, answer := w.does("/drafts", "")
	path, seen := fmt.Sprintf("/drafts/%.0f/file", answer["draft"]), ""
	for _, text := range []string{`"flow: new\n"`, "null", `"flow: new\n"`, `"flow: newer\n"`} {
		got, answer := w.does(path, fmt.Sprintf(`{"path": "flows/new.yaml", "text": %s, "seen": %q}`, text, seen))
		if got != "200" {
			t.Fatalf("%s: %s %v", text, got, answer)
		}
		seen = answer["hash"].(string)
	}
}

// TestPictureOfADraft: a picture is answered as it was uploaded and never as a page; its
// hash is what to have seen.
func TestPictureOfADraft(t *testing.T) {
	t.Parallel()
	w := openWriter(t)
	_, answer := w.does("/drafts", "")
	path := fmt.Sprintf("/drafts/%.0f/file", answer["draft"])
	for name, want := range map[string]struct{ body, kind string }{
		"media/dot.png":   {"\x89PNG\r\n\x1a\n\x00\xff\xfe", "image/png"},
		"media/page.png":  {"<html><script>alert(1)</script>", "application/octet-stream"},
		"media/shape.svg": {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "application/octet-stream"},
		"media/none.png":  {"", "application/octet-stream"},
	} {
		sent := base64.StdEncoding.EncodeToString([]byte(want.body))
		got, kept := w.does(path, fmt.Sprintf(`{"path": %q, "base64": %q}`, name, sent))
		if got != "200" {
			t.Fatalf("%s: %s %v", name, got, kept)
		}
		header, body := w.fetch(path + "?path=" + name)
		if body != want.body || header.Get("Content-Type") != want.kind || header.Get("ETag") != fmt.Sprintf("%q", kept["hash"]) {
			t.Errorf("%s: %q %v", name, body, header)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s may be shown as a page: %v", name, header)
		}
	}
	for body, want := range map[string]string{
		`{"path": "media/a.png", "base64": "not base64"}`:         "400 invalid",
		`{"path": "media/a.png", "base64": "AA==", "text": "a"}`:  "400 invalid",
		`{"path": "flows/a.yaml", "base64": "AA=="}`:              "400 invalid",
		`{"path": "flows/.hidden.yaml", "text": "a"}`:             "400 misplaced",
		`{"path": "notes.md", "text": "a"}`:                       "400 misplaced",
		`{"path": "media/dot.png/inside.png", "base64": "AA=="}`:  "400 misplaced",
		`{"path": "media/dot.png", "seen": "", "base64": "AA=="}`: "409 exists",
	} {
		if got, answer := w.does(path, body); got != want {
			t.Errorf("%s: %s %v, want %s", body, got, answer, want)
		}
	}
}

// fetch is a file with its headers.
func (w *writer) fetch(path string) (http.Header, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+"/api/v1"+path, nil)
	w.must(err)
	r.Header.Set("Authorization", "Bearer "+w.tokens[staff.Marketer])
	answer, err := http.DefaultClient.Do(r)
	w.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	w.must(err)
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("GET %s: %d %s", path, answer.StatusCode, body)
	}
	return answer.Header, string(body)
}

// showsFirst reads an earlier publication: what going back would change, and its files as
// they were.
func (w *writer) showsFirst(path, release, live string) {
	w.t.Helper()
	is := w.get(path)
	if is["release"] != release || is["in_force"] != false || is["live"] != live || is["readable"] != true || len(is["back"].([]any)) != 1 {
		w.t.Errorf("the first publication: %v", is)
	}
	hashes := map[string]any{}
	for _, f := range w.get(path + "/files")["files"].([]any) {
		hashes[f.(map[string]any)["path"].(string)] = f.(map[string]any)["hash"]
	}
	file := w.get(path + "/file?path=flows/onboarding.yaml")
	if text := file["text"].(string); strings.Contains(text, "А как вас зовут?") || file["hash"] != hashes["flows/onboarding.yaml"] {
		w.t.Errorf("a file of it: %v of %v", file, hashes)
	}
	if status, _ := w.ask(http.MethodGet, path+"/file?path=../x", w.tokens[staff.Marketer], "", ""); status != http.StatusNotFound {
		w.t.Errorf("a file that it does not have: %d", status)
	}
}

// TestAuditByProgram: an auditor's program reads the log page by page.
func TestAuditByProgram(t *testing.T) {
	t.Parallel()
	w := openWriter(t)
	for range 101 {
		w.must(w.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			return staff.AuditTx(ctx, tx, now, staff.Act{Act: "test.act", Object: "test/1", Detail: map[string]any{"why": "так"}})
		}))
	}
	read := func(before string) ([]any, map[string]any) {
		t.Helper()
		status, page := w.ask(http.MethodGet, "/audit"+before, w.tokens[staff.Auditor], "", "")
		if status != http.StatusOK {
			t.Fatalf("read: %d %v", status, page)
		}
		return page["acts"].([]any), page
	}
	acts, page := read("")
	first := acts[0].(map[string]any)
	if len(acts) != 100 || first["act"] != "test.act" || first["fits"] != true || first["detail"].(map[string]any)["why"] != "так" {
		t.Errorf("%d acts, the first is %v", len(acts), first)
	}
	rest, page := read(fmt.Sprintf("?before=%.0f", page["next"]))
	if len(rest) == 0 || rest[0].(map[string]any)["act"] != "test.act" || page["next"] != nil {
		t.Errorf("then come %v", page)
	}
	if status, _ := w.ask(http.MethodGet, "/audit?before=x", w.tokens[staff.Auditor], "", ""); status != http.StatusBadRequest {
		t.Errorf("before nothing: %d", status)
	}
}
