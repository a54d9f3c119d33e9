package console_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"besedka/core/staff"
	"besedka/web/console"
	"besedka/web/console/consoletest"
)

var (
	untold  = regexp.MustCompile(`console\.[a-z_]+\.?[a-z_.]*`) // a key that has no text prints as itself
	russian = regexp.MustCompile(`\p{Cyrillic}+`)
	inTags  = regexp.MustCompile(`<[^>]*(href|action|src|content|name)="[^"]*"`)
)

// TestWords: every page says everything in both languages, and says it in that language.
func TestWords(t *testing.T) {
	t.Parallel()
	s := consoletest.OpenWith(t, consoletest.Stage{Demo: true}, audit)
	link := invitation(t, s, "Vera", staff.Roles...)
	in := s.Client(s.SignIn("Oleg", staff.Roles...))
	for _, lang := range []string{"ru", "en"} {
		pages := map[string]*http.Client{link: s.Client(nil), s.URL + "/console/signin": s.Client(nil), s.URL + "/console/invitation/none": in}
		for _, r := range append(console.OwnRoutes(), audit(s)[0].Routes...) {
			if address := s.URL + strings.TrimSuffix(r.Path, "/"); r.Method == http.MethodGet && !strings.Contains(address, "{") && pages[address] == nil {
				pages[address] = in
			}
		}
		for address, c := range pages {
			post(t, c, s.URL+"/console/look", url.Values{"lang": {lang}})
			page := inTags.ReplaceAllString(get(t, c, address), "")
			if key := untold.FindString(page); key != "" {
				t.Errorf("%s in %s: no text %s", address, lang, key)
			}
			if !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s: not in %s", address, lang)
			}
			if word := russian.FindString(page); lang == "en" && word != "" {
				t.Errorf("%s in English: %s", address, word)
			}
		}
	}
}

func get(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return string(body)
}

func post(t *testing.T, c *http.Client, address string, form url.Values) {
	t.Helper()
	resp, err := c.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

// TestColours are those that a reader chose, until they choose otherwise.
func TestColours(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	c := s.Client(s.SignIn("Вера", staff.Owner))
	for _, tt := range []struct{ theme, want string }{{"dark", `data-theme="dark"`}, {"light", `data-theme="light"`}, {"system", `<html lang="ru">`}, {"pink", `<html lang="ru">`}} {
		post(t, c, s.URL+"/console/look", url.Values{"theme": {tt.theme}, "to": {"/console/audit"}})
		if page := get(t, c, s.URL+"/console"); !strings.Contains(page, tt.want) {
			t.Errorf("%s: %s", tt.theme, page[:200])
		}
	}
}
