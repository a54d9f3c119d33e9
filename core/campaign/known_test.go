package campaign

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
)

// TestMemberFactsAreKnown: what a campaign may name is what it is told.
func TestMemberFactsAreKnown(t *testing.T) {
	t.Parallel()
	now := time.Now()
	facts, err := memberRow{Registered: &now, LastReceipt: &now, Tier: "gold", Answers: []byte("{}")}.facts(Programme{Zone: time.UTC}, now)
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(facts, func(name string, _ expr.Value) bool { return strings.HasPrefix(name, "consent.") })
	if diff := cmp.Diff(rules.MemberFacts, slices.Sorted(maps.Keys(facts))); diff != "" {
		t.Error(diff)
	}
}
