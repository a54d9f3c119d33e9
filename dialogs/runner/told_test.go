package runner_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/hook"
	"besedka/core/staff"
	"besedka/storage"
)

// TestWhatIsTold: a help desk hears of a conversation that people have, each thing once,
// and nothing of what the bot does.
func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	hooks := hook.Service{DB: h.db, Keys: h.Keys}
	err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := hooks.MakeTx(ctx, tx, h.now, staff.Person{ID: h.staff[0]}, "k", hook.Wanted{URL: "https://desk.example.org/", Kinds: hook.Kinds})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	says := func(text string) { h.writes(text); h.settle(h.now) }
	says("привет")
	says("человек") // calls people
	says("Где мои баллы?")
	h.takes(h.staff[0], 0)
	says("Вы здесь?")
	says("бот") // has it back
	says("привет")
	type row struct {
		Kind  string `db:"kind"`
		Queue string `db:"queue"`
		Staff int64  `db:"staff"`
	}
	rows, err := storage.Collect[row](t.Context(), h.db, `select kind, coalesce(queue, '') as queue, coalesce(staff_id, 0) as staff from hook_event order by id`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s %s %d", r.Kind, r.Queue, r.Staff))
	}
	by := h.staff[0]
	want := []string{
		"conversation.queued support 0", "message.shopper support 0", fmt.Sprintf("conversation.taken support %d", by),
		fmt.Sprintf("message.shopper support %d", by), fmt.Sprintf("message.shopper support %d", by), fmt.Sprintf("conversation.given_back support %d", by),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
