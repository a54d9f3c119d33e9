package runner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/dialogs/actions"
)

// TestBackForgetsTheAnswer: what is taken back is not known to the turns after it,
// nor to any other reader of the member.
func TestBackForgetsTheAnswer(t *testing.T) {
	t.Parallel()
	h := openProgramme(t, edited("flows/talk.yaml", "start: { any: true }", "start: { any: true }\ndefaults: { back: [назад] }"), actions.Set{"profile.register": actions.Shared(done)})
	h.hear("anna", "привет", "Да", "Анна", "назад")
	h.settle(noon)
	if got := h.count(`select count(*) from member where answers <> '{}'`); got != 0 {
		t.Errorf("%d members have told something that they took back", got)
	}
	for _, text := range []string{"Аня", "Орёл"} {
		h.hear("anna", text)
		h.settle(noon)
	}
	want := []string{consent, "Как вас зовут?", "А город?", "Как вас зовут?", "А город?", "Спасибо, Аня!"}
	if diff := cmp.Diff(want, h.said()["anna"]); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}
