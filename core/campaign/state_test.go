package campaign_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/storage"
)

func (h *house) move(day int, id string, to campaign.State) error {
	h.t.Helper()
	_, err := h.service.SetStateTx(h.t.Context(), h.tx, at(day), id, to)
	return err
}

// TestDraftBeginsWithWhatItIsThen: what was tried out before a campaign was begun
// never held, and the version that it was begun with holds from the first day of its
// period.
func TestDraftBeginsWithWhatItIsThen(t *testing.T) {
	t.Parallel()
	h := open(t)
	if err := h.move(2, "plan", campaign.Draft); err != nil {
		t.Fatal(err)
	}
	h.publish(3, "Europe/Moscow", terms("plan", "10"))
	h.publish(5, "Europe/Moscow", terms("plan", "7"))
	if got := h.buy(4); got != "" {
		t.Errorf("a draft earned %s", got)
	}
	if err := h.move(8, "plan", campaign.Active); err != nil {
		t.Fatal(err)
	}
	h.publish(12, "Europe/Moscow", terms("plan", "6"))
	got := map[int]string{}
	for _, day := range []int{1, 4, 11, 12} {
		got[day] = h.buy(day)
	}
	want := map[int]string{1: "plan/2:7000 ", 4: "plan/2:7000 ", 11: "plan/2:7000 ", 12: "plan/3:6000 "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPauseIsOfTheCrediting(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("stop", "5"))
	var got []string
	for _, to := range []campaign.State{campaign.Paused, campaign.Active, campaign.Archived} {
		if err := h.move(10, "stop", to); err != nil {
			t.Fatal(err)
		}
		got = append(got, h.buy(4))
	}
	if diff := cmp.Diff([]string{"", "stop/1:5000 ", ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatesGoOneWay(t *testing.T) {
	t.Parallel()
	allowed := map[campaign.State][]campaign.State{
		campaign.Draft:    {campaign.Draft, campaign.Active, campaign.Archived},
		campaign.Active:   {campaign.Active, campaign.Paused, campaign.Archived},
		campaign.Paused:   {campaign.Active, campaign.Paused, campaign.Archived},
		campaign.Archived: {campaign.Archived},
	}
	ways := map[campaign.State][]campaign.State{
		campaign.Draft: {}, campaign.Active: {campaign.Active}, campaign.Paused: {campaign.Active, campaign.Paused}, campaign.Archived: {campaign.Archived},
	}
	h := open(t)
	for from, way := range ways {
		var got []campaign.State
		for i, to := range campaign.States {
			id := fmt.Sprintf("%s-%d", from, i)
			for _, step := range append([]campaign.State{campaign.Draft}, way...) {
				if err := h.move(1, id, step); err != nil {
					t.Fatal(err)
				}
			}
			switch err := h.move(2, id, to); {
			case err == nil:
				got = append(got, to)
			case !errors.Is(err, campaign.ErrNoWay):
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
		if diff := cmp.Diff(allowed[from], got); diff != "" {
			t.Errorf("from %s (-want +got):\n%s", from, diff)
		}
	}
	if err := h.move(1, "unknown", campaign.Active); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a campaign that nobody published: %v", err)
	}
	items, err := campaign.List(t.Context(), h.tx, "paused-2", 1)
	if err != nil || len(items) != 1 || items[0].ID != "paused-3" || items[0].Version != 0 {
		t.Errorf("listed %+v, %v", items, err)
	}
}
