package inbox

import (
	"testing"

	"besedka/flows"
)

// TestStepOf: while people have a conversation it stands at the step that called them, and
// the bot waits with the question behind.
func TestStepOf(t *testing.T) {
	t.Parallel()
	p := &flows.Programme{Flows: map[string]*flows.Flow{
		"people": {ID: "people", Steps: []*flows.Step{{ID: "say", Handoff: "support"}}},
		"hello":  {ID: "hello", Steps: []*flows.Step{{ID: "city"}}},
	}}
	for standing, want := range map[string]string{
		"": "", "people/say": "", "people/say hello/city": "hello/city", "hello/city": "hello/city", "people/say >hello/city": "hello/city", "gone/name": "gone/name",
	} {
		if got := stepOf(p, standing); got != want {
			t.Errorf("%q: %q, want %q", standing, got, want)
		}
	}
}
