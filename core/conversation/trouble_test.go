package conversation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTroubles: a trouble has its beginning, however often it is told, until it is another
// one or over.
func TestTroubles(t *testing.T) {
	t.Parallel()
	h := open(t)
	minute := 0
	tell := func(account, what string) {
		t.Helper()
		minute++
		if err := h.SetTrouble(t.Context(), noon.Add(time.Duration(minute)*time.Minute), account, what); err != nil {
			t.Fatal(err)
		}
	}
	told := func() map[string]string {
		t.Helper()
		all, err := h.Troubles(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		are := map[string]string{}
		for _, one := range all {
			are[one.Account] = one.What + " since " + one.Since.Sub(noon).String()
		}
		return are
	}
	for _, what := range []string{"banned", "banned", "outdated", "outdated"} {
		tell("whatsmeow/1", what)
	}
	tell("whatsmeow/2", "unlinked")
	tell("whatsmeow/3", "")
	if diff := cmp.Diff(map[string]string{"whatsmeow/1": "outdated since 3m0s", "whatsmeow/2": "unlinked since 5m0s"}, told()); diff != "" {
		t.Errorf("troubles (-want +got):\n%s", diff)
	}
	tell("whatsmeow/1", "")
	tell("whatsmeow/2", "")
	if left := told(); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}
