package runner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/dialogs/actions"
)

// TestQuestionIsRemindedOf by the clock of the house: one timer a conversation
// serves every question, and one that has been answered is not reminded of.
func TestQuestionIsRemindedOf(t *testing.T) {
	t.Parallel()
	h := openProgramme(t, edited("flows/talk.yaml", "steps:\n  consent:", `defaults:
  remind: [ { after: 2h, say: "Вы здесь?" } ]
  expire: { after: 1d, say: "Ладно.", end: true }
steps:
  consent:`), actions.Set{"profile.register": actions.Shared(done)})
	h.hear("anna", "привет", "Да", "Анна")
	h.settle(noon)
	if got := h.count(`select count(*) from timer`); got != 1 {
		t.Errorf("%d timers for three questions, want 1", got)
	}
	h.hear("boris", "здравствуйте")
	h.settle(noon.Add(time.Hour))
	h.hear("anna", "Казань")
	h.settle(noon.Add(time.Hour))
	for at := noon.Add(time.Hour); at.Before(noon.Add(50 * time.Hour)); at = at.Add(30 * time.Minute) {
		if _, _, err := h.door.TimerStep(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		h.settle(at)
	}
	want := map[string][]string{
		"anna":  {consent, "Как вас зовут?", "А город?", "Спасибо, Анна!"},
		"boris": {consent, "Вы здесь?", "Ладно."},
	}
	if diff := cmp.Diff(want, h.saidBy(noon.Add(60*time.Hour))); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from timer`); got != 0 {
		t.Errorf("%d timers are left", got)
	}
}

// TestWhoRefusedIsNotRemindedOf a question, which waits on, until they want to be again.
func TestWhoRefusedIsNotRemindedOf(t *testing.T) {
	t.Parallel()
	h := openProgramme(t, edited("flows/talk.yaml", "steps:\n  consent:", `defaults:
  remind: [ { after: 2h, say: "Вы здесь?" }, { after: 4h, say: "Ещё здесь?" } ]
steps:
  consent:`), actions.Set{"profile.register": actions.Shared(done)})
	h.hear("anna", "привет")
	h.settle(noon)
	word := func(wanted bool) {
		t.Helper()
		if _, err := h.db.Exec(t.Context(), `insert into subscription (member_id, channel, wanted, at) select member_id, 'chat', $1, $2 from subject
			on conflict (member_id, channel) do update set wanted = excluded.wanted`, wanted, noon); err != nil {
			t.Fatal(err)
		}
	}
	word(false)
	for at := noon; at.Before(noon.Add(10 * time.Hour)); at = at.Add(30 * time.Minute) {
		if at.Equal(noon.Add(3 * time.Hour)) {
			word(true)
		}
		if _, _, err := h.door.TimerStep(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		h.settle(at)
	}
	h.hear("anna", "Да")
	h.settle(noon.Add(10 * time.Hour))
	want := []string{consent, "Ещё здесь?", "Как вас зовут?"}
	if diff := cmp.Diff(want, h.saidBy(noon.Add(20 * time.Hour))["anna"]); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestTimerBeforeItsTime: the worker's clock is behind the one that found the
// timer due. It looks too early and asks to be woken again.
func TestTimerBeforeItsTime(t *testing.T) {
	t.Parallel()
	h := openProgramme(t, edited("flows/talk.yaml", "steps:\n  consent:", `defaults:
  remind: [ { after: 2h, say: "Вы здесь?" } ]
steps:
  consent:`), actions.Set{})
	h.hear("anna", "привет")
	h.settle(noon)
	due := noon.Add(2 * time.Hour)
	for _, at := range []time.Time{due.Add(time.Millisecond), due.Add(time.Second), due.Add(2 * time.Second)} {
		if _, _, err := h.door.TimerStep(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		h.settle(at.Add(-2 * time.Millisecond))
	}
	if diff := cmp.Diff([]string{consent, "Вы здесь?"}, h.saidBy(noon.Add(5 * time.Hour))["anna"]); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}
