package author

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"besedka/flows"
)

// played is what the page gets for a talk.
type played struct {
	HTML     string `json:"html"`
	Settings string `json:"settings"`
	Talk     talk   `json:"talk"`
	At       string `json:"at"`
	Tomorrow string `json:"tomorrow"`
}

func (s *site) play(t talk) (p played) {
	s.t.Helper()
	if status := s.ask("talk", t, &p); status != http.StatusOK {
		s.t.Fatalf("the talk is answered %d: %s", status, p.HTML)
	}
	return p
}

func doing(what ...string) talk {
	var t talk
	for _, do := range what {
		t.Inputs = append(t.Inputs, input{Do: do})
	}
	return t
}

var tag = regexp.MustCompile(`<[^>]*>`)

func words(html string) string {
	return strings.Join(strings.Fields(tag.ReplaceAllString(html, " ")), " ")
}

func TestTalkIsRepeatedAfterAnEdit(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	talk := doing("/start")
	talk.Inputs = append(talk.Inputs, input{Do: ":press Согласие даю", Tap: "t1.agree"})
	before := s.play(talk)
	if before.At != "onboarding/name" || !strings.Contains(words(before.HTML), "01.12.2026 12:00") {
		t.Fatalf("at %s: %s", before.At, words(before.HTML))
	}
	s.write("flows/onboarding.yaml", "", "Согласие даю\", refuse", "Да, согласна\", refuse")
	after := s.play(before.Talk)
	if after.At != "onboarding/name" || !strings.Contains(words(after.HTML), "Да, согласна") || strings.Contains(after.HTML, "failed") {
		t.Errorf("a button of another title is not pressed again, at %s: %s", after.At, words(after.HTML))
	}
	if !after.Talk.Now.Equal(before.Talk.Now) {
		t.Errorf("the talk began at %v and is repeated at %v", before.Talk.Now, after.Talk.Now)
	}
}

func TestBrokenFolderTalksOnAsItWas(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	s.write("flows/onboarding.yaml", "", "go: { agree: name", "go: { agree: nmae")
	var now state
	s.ask("state?seen=1", nil, &now)
	if now.Version != 2 || now.Programme != 1 || !strings.Contains(words(now.Banner), "flows/onboarding.yaml:13") {
		t.Errorf("version %d, programme %d: %s", now.Version, now.Programme, words(now.Banner))
	}
	want := finding{File: "flows/onboarding.yaml", Line: 13, Col: 18, Code: "L121", What: "нет шага «nmae»", Cure: "может быть, «name»?", Fix: &fix{"nmae", "name"}}
	if len(now.Findings) != 1 || now.Findings[0].Fix == nil || *now.Findings[0].Fix != *want.Fix || now.Findings[0].What != want.What || now.Findings[0].Line != 13 {
		t.Errorf("findings %+v, want %+v", now.Findings, want)
	}
	if p := s.play(doing("/start")); p.At != "onboarding/consent" {
		t.Errorf("the talk stands at %s", p.At)
	}
	s.write("flows/onboarding.yaml", "", "nmae", "name")
	s.ask("state?seen=2", nil, &now)
	if now.Banner != "" || now.Programme != 3 {
		t.Errorf("mended: programme %d, %s", now.Programme, now.Banner)
	}
}

func TestDraftIsCheckedUnsaved(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	var found struct{ Findings []finding }
	text := strings.Replace(s.read("flows/menu.yaml"), "flow: menu", "flow: mneu", 1)
	s.ask("check", draft{Name: "flows/menu.yaml", Text: text}, &found)
	if len(found.Findings) == 0 || strings.Contains(s.read("flows/menu.yaml"), "mneu") {
		t.Errorf("findings %+v", found.Findings)
	}
	var now state
	if s.ask("state", nil, &now); len(now.Findings) > 0 || now.Version != 1 {
		t.Errorf("a draft has changed the folder: %+v", now)
	}
}

func TestCallsAreAnsweredByTheAuthor(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	talk := doing(":photo t=1")
	p := s.play(talk)
	if !strings.Contains(p.HTML, `data-answer="duplicate"`) || !strings.Contains(words(p.HTML), "receipt.submit") {
		t.Fatalf("the author is not asked: %s", words(p.HTML))
	}
	talk = p.Talk
	talk.Inputs[0].Answers = []string{"nonsense"}
	p = s.play(talk)
	if !strings.Contains(words(p.HTML), "нет исхода") || len(p.Talk.Inputs[0].Answers) != 0 {
		t.Errorf("a wrong answer stays: %+v %s", p.Talk.Inputs, words(p.HTML))
	}
	talk.Inputs[0].Answers = []string{"duplicate"}
	p = s.play(talk)
	if strings.Contains(p.HTML, "data-answer") || len(p.Talk.Inputs[0].Answers) != 1 {
		t.Errorf("the answer is not taken: %s", words(p.HTML))
	}
}

func TestWhatCannotBeRepeatedIsKept(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.play(doing("/start", ":press Согласие даю", "Анна", ":press Нет такой", "12.05.1990"))
	if !strings.Contains(p.HTML, "failed") || len(p.Talk.Inputs) != 5 || p.At != "onboarding/birthday" {
		t.Errorf("at %s, %d inputs: %s", p.At, len(p.Talk.Inputs), words(p.HTML))
	}
	if !strings.Contains(words(p.HTML), "ещё 1 реплика") {
		t.Errorf("what is left is not told: %s", words(p.HTML))
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.play(doing("/start", ":later 2h"))
	if !strings.Contains(words(p.HTML), "01.12.2026 14:00") || p.Tomorrow != "1200m" {
		t.Errorf("tomorrow in %s: %s", p.Tomorrow, words(p.HTML))
	}
	zone := time.FixedZone("", 3*60*60)
	if got := untilTomorrow(time.Date(2026, 12, 31, 23, 30, 0, 0, zone)); got != "630m" {
		t.Errorf("new year's eve: %s", got)
	}
}

func TestRecordedTalkPasses(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.play(doing("/start", "потом"))
	rec := recording{Talk: p.Talk, Name: "не сейчас", File: "flows/hello.test.yaml"}
	for range 2 { // the second goes behind the first
		var after state
		if status := s.ask("record", rec, &after); status != http.StatusOK {
			t.Fatalf("record: %d", status)
		}
		rec.Seen, rec.Name = after.Files[rec.File], "ещё раз"
	}
	if status := s.ask("record", recording{Talk: p.Talk, Name: "x", File: rec.File, Seen: "old"}, nil); status != http.StatusConflict {
		t.Errorf("recorded over a file that was not seen: %d", status)
	}
	var ran struct {
		HTML          string
		Tests, Failed int
	}
	s.ask("tests", struct{}{}, &ran)
	if ran.Tests != 7 || ran.Failed != 0 || !strings.Contains(ran.HTML, "ещё раз") {
		t.Errorf("%d tests, %d failed: %s", ran.Tests, ran.Failed, words(ran.HTML))
	}
	s.write("flows/onboarding.yaml", "", "Хорошо, не тороплю.", "Ладно.")
	s.write("flows/hello.test.yaml", "", "later.say", "later.ask")
	s.ask("tests", struct{}{}, &ran)
	if ran.Failed != 1 || !strings.Contains(ran.HTML, `class="want"`) || !strings.Contains(ran.HTML, `data-goto="flows/hello.test.yaml"`) {
		t.Errorf("%d failed: %s", ran.Failed, words(ran.HTML))
	}
}

func TestGraphLeadsToLines(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	var drawn struct{ HTML, Flow string }
	s.ask("graph?flow=onboarding", nil, &drawn)
	if !strings.Contains(drawn.HTML, `data-step="onboarding/birthday" data-goto="flows/onboarding.yaml" data-line="19"`) {
		t.Errorf("no way to the step: %s", drawn.HTML)
	}
	if s.ask("graph?flow=nowhere", nil, &drawn); drawn.Flow != "about" {
		t.Errorf("drawn is %s", drawn.Flow)
	}
}

func mistakeCodes() (codes []string) {
	for _, m := range flows.Mistakes() {
		codes = append(codes, m.Code)
	}
	return codes
}
