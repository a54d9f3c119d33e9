package runner_test

import (
	"testing"

	"besedka/core/release"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
)

// TestUnreadableReleaseIsNotPutInForce: a process that is older than a release
// says so and stays with its own. Who waits in the newer one goes on there too.
func TestUnreadableReleaseIsNotPutInForce(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	old := h.releases.Current().ID
	published := release.New(h.db)
	h.publish(published, edited("flows/talk.yaml", "А город?", "А город, {joined}?"))
	h.hear("anna", "привет", "Да")
	h.settle(noon)

	vocabulary := actions.Vocabulary()
	delete(vocabulary.Facts, "joined")
	newer := h.releases.Current().ID
	h.Releases = runner.NewReleases(published, vocabulary)
	if err := h.Releases.Use(t.Context(), old, noon); err != nil {
		t.Fatal(err)
	}
	h.hear("anna", "Анна")
	h.settle(noon)
	said := h.said()["anna"]
	if got := said[len(said)-1]; got != "Как вас зовут?" { // what cannot be read is not answered for: it is asked anew
		t.Errorf("anna heard %q", got)
	}
	if err := h.Releases.Use(t.Context(), newer, noon); err == nil {
		t.Error("a release that cannot be read was put in force")
	}
	if got := h.Releases.Current().ID; got != old {
		t.Errorf("release %s is in force, want %s", got, old)
	}
}
