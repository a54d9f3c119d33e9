package receipt_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The shop is open today, and today the campaign ends: a person looks after 20 hours.
func TestLastDayOfACampaignIsNotWaitedOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		ends, opens time.Duration // from the purchase
		person      time.Duration
	}{
		{"ends within a day", 30 * time.Hour, -day, 20 * time.Hour},
		{"ends later", 50 * time.Hour, -day, day},
		{"has ended meanwhile", 19 * time.Hour, -day, day},
		{"does not count the purchase", 30 * time.Hour, time.Hour, day},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			member := h.member(true)
			h.submit(member, h.print(400_00, 0, 30*day))
			_, err := h.db.Exec(t.Context(), "update campaign_version set begins = $1, ends = $2", h.now().Add(tt.opens), h.now().Add(tt.ends))
			h.must(err)
			h.settle(tt.person - 5*time.Minute)
			if diff := cmp.Diff([]string{"waiting"}, h.states(member)); diff != "" {
				t.Errorf("too early: %s", diff)
			}
			h.settle(10 * time.Minute)
			if diff := cmp.Diff([]string{"manual timeout"}, h.states(member)); diff != "" {
				t.Errorf("too late: %s", diff)
			}
		})
	}
}
