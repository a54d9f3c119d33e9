package runner_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/release"
)

// askName is the step of the test's script at which everybody waits here.
const askName = `  name:
    ask: "Как вас зовут?"
    expect: { type: text, max: 20 }
    save: name
`

// Publications under somebody who waits at `name` and then writes «Анна».
var editsUnderAnna = []struct {
	name     string
	folder   func() fstest.MapFS
	later    time.Duration
	heard    []string // after «Анна»
	answered int64
}{
	{"words further on", func() fstest.MapFS { return edited("flows/talk.yaml", "А город?", "Откуда вы?") }, 0, []string{"Откуда вы?"}, 1},
	{"words of the question", func() fstest.MapFS { return edited("flows/talk.yaml", "Как вас зовут?", "Ваше имя?") }, 0, []string{"А город?"}, 1},
	{"a step in between", func() fstest.MapFS {
		return edited("flows/talk.yaml", "  city:\n", "  pet: { ask: \"Кот есть?\", buttons: { yes: \"Да\", no: \"Нет\" }, go: { yes: city, no: city } }\n  city:\n")
	}, 0, []string{"Кот есть?"}, 1},
	{"another question under the name", func() fstest.MapFS {
		return edited("flows/talk.yaml", askName, "  name: { ask: \"Сколько вам лет?\", expect: int }\n")
	}, 0, []string{"А город?"}, 1},
	{"renamed", func() fstest.MapFS {
		return editedAlso(edited("flows/talk.yaml", "  name:\n", "  called:\n"), "agree: name", "agree: called", "steps:", "moved: { name: called }\nsteps:")
	}, 0, []string{"А город?"}, 1},
	{"moved to another question", func() fstest.MapFS {
		return editedAlso(edited("flows/talk.yaml", askName, ""), "agree: name", "agree: city", "steps:", "moved: { name: city }\nsteps:")
	}, 0, []string{"А город?"}, 0},
	{"gone, and its time is not over", func() fstest.MapFS {
		return editedAlso(edited("flows/talk.yaml", askName, ""), "agree: name", "agree: city", "steps:", "drain: 7d\nsteps:")
	}, 6 * 24 * time.Hour, []string{"А город?"}, 1},
	{"gone, and its time is over", func() fstest.MapFS {
		return editedAlso(edited("flows/talk.yaml", askName, ""), "agree: name", "agree: city", "steps:", "drain: 7d\nsteps:")
	}, 8 * 24 * time.Hour, []string{consent}, 0},
	{"gone unseen", func() fstest.MapFS {
		return editedAlso(edited("flows/talk.yaml", askName, ""), "agree: name", "agree: city")
	}, 0, []string{"А город?"}, 1},
}

// editedAlso edits the script of a folder that is edited already.
func editedAlso(changed fstest.MapFS, pairs ...string) fstest.MapFS {
	changed["flows/talk.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer(pairs...).Replace(string(changed["flows/talk.yaml"].Data)))}
	return changed
}

// TestWhoWaitsSurvivesPublications: the answer is taken as it was asked for, or the
// question that took its place is asked, and the talk goes on in either case.
func TestWhoWaitsSurvivesPublications(t *testing.T) {
	t.Parallel()
	for _, e := range editsUnderAnna {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			h := open(t, done)
			h.hear("anna", "привет", "Да")
			h.settle(noon)
			h.publish(release.New(h.db), e.folder())
			h.hear("anna", "Анна")
			h.settle(noon.Add(e.later))
			want := append([]string{consent, "Как вас зовут?"}, e.heard...)
			if diff := cmp.Diff(want, h.saidBy(noon.Add(e.later + time.Hour))["anna"]); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			if got := h.count(`select count(*) from member where answers ? 'name'`); got != e.answered {
				t.Errorf("%d answers about the name, want %d", got, e.answered)
			}
			if got := h.count(`select count(*) from inbox_open`); got != 0 {
				t.Errorf("%d rows failed", got)
			}
		})
	}
}

// TestConsentIsAskedAnew: nobody agrees to a text that they have not seen, nor is an
// older text recorded than the one their link shows.
func TestConsentIsAskedAnew(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	h.hear("anna", "привет")
	h.settle(noon)
	h.publish(release.New(h.db), edited("programme.yaml", "Я согласен.", "Я согласен, и на рассылку."))
	h.hear("anna", "Да")
	h.settle(noon)
	if got := h.count(`select count(*) from consent`); got != 0 {
		t.Errorf("%d consents are recorded of a text that changed", got)
	}
	h.hear("anna", "да")
	h.settle(noon)
	if diff := cmp.Diff([]string{consent, consent, "Как вас зовут?"}, h.said()["anna"]); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from consent`); got != 1 {
		t.Errorf("%d consents, want 1", got)
	}
}

// TestDrainBeginsWithTheRelease: who waited long before in an older release still
// has the whole time.
func TestDrainBeginsWithTheRelease(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	h.hear("anna", "привет", "Да")
	h.settle(noon)
	published := release.New(h.db)
	h.publishAt(published, edited("flows/talk.yaml", "max: 20", "max: 30"), noon)
	month := noon.AddDate(0, 1, 0)
	h.publishAt(published, editedAlso(edited("flows/talk.yaml", askName, ""), "agree: name", "agree: city", "steps:", "drain: 7d\nsteps:"), month)
	h.hear("anna", "Анна")
	h.settle(month.Add(time.Minute))
	if got := h.count(`select count(*) from member where answers ? 'name'`); got != 1 {
		t.Errorf("%d answers about the name, want 1", got)
	}
}
