package flows_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/expr"
	"besedka/flows"
)

// TestCampaignsNameWhatTheyAreTold: a campaign that could name a fact of which it is
// told nothing would never hold, and nobody would know.
func TestCampaignsNameWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	p := flows.Programme{Location: time.UTC}
	p.Profile.Fields = []flows.Field{{Name: "city", Kind: expr.Text}, {Name: "phone", Kind: expr.Text, Sealed: true}}
	names := p.Terms(flows.Vocabulary{Facts: map[string]expr.Kind{"balance": expr.Points, "channel": expr.Text, "receipts": expr.Count}}).Scope.Names
	want := []string{"consent.advertising", "consent.personal_data", "consent.rules", "profile.city", "receipts"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(names))); diff != "" {
		t.Error(diff)
	}
}
