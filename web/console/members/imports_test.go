package members_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/member/intake"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

func importTerms() intake.Terms {
	t := intake.Terms{Zone: time.UTC, Documents: map[consent.Kind]string{consent.PersonalData: "v2", consent.Advertising: "a1"}, Cards: []card.Type{{ID: "plain", Prefix: "29"}}}
	for _, f := range programme().Profile.Written() {
		t.Fields = append(t.Fields, intake.Field{Name: f.Name, Titles: []string{f.Title["ru"], f.Title["en"]}, Sealed: f.Sealed, Telling: f.Telling(), Called: f.Name == "name", Day: f.Name == "birthday", Takes: f.Takes})
	}
	return t
}

// works does what the loop of serve does.
func (h *stage) works() {
	h.t.Helper()
	for worked := true; worked; {
		var err error
		worked, _, err = h.imports.Step(h.t.Context(), time.Now())
		h.must(err)
	}
}

// brings uploads a file as the form does.
func (h *stage) brings(c *http.Client, file string) (*http.Response, string) {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "люди.csv")
	h.must(err)
	_, err = io.WriteString(part, file)
	h.must(err)
	h.must(form.Close())
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.URL+"/console/imports", &body)
	h.must(err)
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := c.Do(req)
	h.must(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, string(answer)
}

var noText = regexp.MustCompile(`console\.[a-z_]+\.[a-z_.]+`)

// TestImportPages: a list is read once, its columns told by hand, what does not do said on
// the page, in both languages, and a hostile name is text that is masked.
func TestImportPages(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.joins("1", "Анна", "+79161234567")
	c := h.Client(h.SignIn("Вера", staff.Owner))
	if resp, page := h.brings(c, "\x00"); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "Это не CSV и не XLSX") {
		t.Errorf("no table: %d", resp.StatusCode)
	}
	file := "А;Б;<b>В</b>\n89161234567;Анна;\n89161234568;" + strings.ReplaceAll(hostile, ";", "") + ";\n89161234569;Вера;нет\n89161234569;Вера;да\n"
	for range 2 {
		if resp, _ := h.brings(c, file); resp.Header.Get("Location") != "/console/imports/1" {
			t.Fatalf("the file leads to %q", resp.Header.Get("Location"))
		}
	}
	const at = "/console/imports/1"
	if status, page := h.sends(c, at+"/check", "a", url.Values{"column": {"", "field:name", ""}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "По таким столбцам людей не узнать") {
		t.Errorf("no phone: %d", status)
	}
	if status, _ := h.sends(c, at+"/run", "b", url.Values{}); status != http.StatusConflict {
		t.Errorf("run before it was looked at: %d", status)
	}
	if status, _ := h.sends(c, at+"/check", "c", url.Values{"column": {"phone", "field:name", ""}}); status != http.StatusSeeOther {
		t.Errorf("columns: %d", status)
	}
	h.works()
	for _, lang := range []string{"ru", "en"} {
		h.sends(c, "/console/look", "", url.Values{"lang": {lang}})
		_, page := h.ask(c, http.MethodGet, at, nil)
		if key := noText.FindString(page); key != "" {
			t.Errorf("%s: no text %s", lang, key)
		}
		if strings.Contains(page, "<img src") || strings.Contains(page, "<b>В") || strings.Contains(page, "89161234568") {
			t.Errorf("%s: what is in the file is not text, or not masked", lang)
		}
		if _, all := h.ask(c, http.MethodGet, "/console/imports", nil); noText.MatchString(all) {
			t.Errorf("%s: no text %s", lang, noText.FindString(all))
		}
	}
	h.sends(c, "/console/look", "", url.Values{"lang": {"ru"}})
	if status, page := h.sends(c, at+"/run", "d", url.Values{"document": {"advertising"}, "ground": {"contract"}, "kept": {"папка 3"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Основание сказано не всё") || !strings.Contains(page, `value="папка 3"`) || !strings.Contains(page, `name="ground"><option value="contract"`) {
		t.Errorf("no basis: %d", status)
	}
	for range 2 {
		if status, _ := h.sends(c, at+"/run", "e", url.Values{"document": {"personal_data"}, "ground": {"paper"}, "kept": {"папка 3"}, "on": {"2024-03-01"}}); status != http.StatusSeeOther {
			t.Errorf("run: %d", status)
		}
	}
	h.works()
	resp, report := h.ask(c, http.MethodGet, at+"/report.csv", nil)
	if resp.StatusCode != http.StatusOK || !strings.Contains(report, "\n5;doubtful;false;;twice_phone;;4;") || strings.Contains(report, "Вера") {
		t.Errorf("the report: %d\n%s", resp.StatusCode, report)
	}
	if n := h.count("select count(*) from audit where act like 'members.import%'"); n != 5 { // upload, check, run, done, report
		t.Errorf("%d acts are in the log", n)
	}
	if n := h.count("select count(*) from audit where act like 'members.import%' and (detail::text like '%папка%' or detail::text like '%916%')"); n != 0 {
		t.Error("the log has texts, or numbers of people")
	}
}

// TestImportByTheKeyboard brings a list in without a mouse: the page shows by itself that it
// was looked at, and that it is done.
func TestImportByTheKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.joins("1", "Анна Петрова", "+79161234567")
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Вера", staff.Owner))
	p.Go(h.URL + "/console/imports")
	p.Axe()
	shot(p, "imports")
	file := "Телефон;Имя;Дата рождения;Номер карты\n89161234567;Анна;;\n12;Глеб;;\n"
	for i := range 30 {
		file += fmt.Sprintf("891650000%02d;Пётр;31.12.1990;\n", i)
	}
	file += "89165000001;Пётр;;\n89165000099;;завтра;\n"
	p.Until(fmt.Sprintf(`(() => {
		const all = new DataTransfer();
		all.items.add(new File([%q], "people.csv"));
		document.querySelector("#import-file").files = all.files;
		document.querySelector(".upload button").focus();
		return true;
	})()`, file))
	p.Press(kb.Enter)
	p.Until(`location.pathname === "/console/imports/1" && document.querySelector("progress")`)
	p.Axe()
	shot(p, "import-checking")
	h.works()
	p.Until(`document.querySelector("#basis form")`)
	p.Axe()
	shot(p, "import-checked")
	p.Until(`(document.querySelector("#field-kept").focus(), true)`)
	p.Press("папка 3")
	p.Until(`(document.querySelector("#field-on").value = "2024-03-01")`)
	p.Until(`(document.querySelector("#field-kept").focus(), true)`)
	p.Press(kb.Enter)
	p.Until(`document.querySelector("progress") && !document.querySelector("#basis form")`)
	p.Axe()
	shot(p, "import-running")
	h.works()
	p.Until(`!document.querySelector("progress") && document.querySelector(".import-state .ok")`)
	p.Axe()
	shot(p, "import-done")
	p.Size(380, 800)
	shot(p, "import-narrow")
	if n := h.count("select count(*) from member"); n != 31 {
		t.Errorf("%d members", n)
	}
}
