package courier_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/hook"
	"besedka/storage"
)

// examples are the lines of docs/webhooks.md that show an event each.
var examples = regexp.MustCompile("(?s)```jsonl\n(.*?)```")

// TestEventsAreAsTheDocumentSays: of every kind of event one that comes has what the
// document shows of it, and nothing else.
func TestEventsAreAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	found := examples.FindStringSubmatch(string(text))
	if found == nil {
		t.Fatal("the document shows no events")
	}
	h := open(t, hook.Wanted{Texts: true})
	h.served(1, "Уже смотрю")
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return hook.TellTx(ctx, tx, noon, hook.Event{Kind: hook.Closed, Conversation: 1, Staff: h.by.ID, Reason: "solved"})
	})
	h.until(noon)
	came := map[string][]string{}
	for _, g := range h.desk.All() {
		kind, keys := shape(t, g.Raw)
		came[kind] = keys
	}
	told := map[string][]string{}
	for line := range strings.Lines(found[1]) {
		kind, keys := shape(t, line)
		told[kind] = keys
	}
	if diff := cmp.Diff(told, came); diff != "" || len(told) != len(hook.Kinds) {
		t.Errorf("the document (-) and what comes (+):\n%s", diff)
	}
}

// shape is the kind of an event and what is told of it.
func shape(t *testing.T, text string) (kind string, keys []string) {
	t.Helper()
	var e struct {
		Type string
		Data map[string]any
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	keys = slices.Sorted(maps.Keys(e.Data))
	if m, there := e.Data["message"].(map[string]any); there {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			keys = append(keys, "message."+key)
		}
	}
	return e.Type, keys
}
