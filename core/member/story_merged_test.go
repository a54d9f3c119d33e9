package member_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// told is what the story and the card have of a member's edits, of suspensions and merges.
func (h *house) told(id int64) (kinds []string, edits int) {
	h.Helper()
	events, _, err := h.Story(h.Context(), id, nil)
	h.must(err)
	for _, e := range events {
		if e.Kind == member.EventAct || e.Kind == member.EventSuspended || e.Kind == member.EventMerged || e.Kind == member.EventUnmerged {
			kinds = append(kinds, string(e.Kind))
		}
	}
	p, err := h.Reveal(h.Context(), id)
	h.must(err)
	return kinds, len(p.Edits)
}

// TestStoryGoesWithAMerge: what was done to somebody who became part of another stands in the
// story of that one, and goes back with them.
func TestStoryGoesWithAMerge(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1)`, now)
	anna, other := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.tells(anna, "Анна", "1990-05-12")
	h.tells(other, "Аня", "1990-05-12")
	h.must(h.edits(other.Member, member.Written{Field: "name", Text: "Анна", Sealed: true}))
	h.exec(`insert into suspension (member_id, cause, note, staff_id, at) values ($1, 'forged', 'n', 9, $2)`, other.Member, now)
	same := func(when string, id int64, want []string, edits int) {
		t.Helper()
		kinds, n := h.told(id)
		if diff := cmp.Diff(want, kinds); diff != "" || n != edits {
			t.Errorf("%s, of member %d: %d edits, want %d; %s", when, id, n, edits, diff)
		}
	}
	same("before", other.Member, []string{"suspended", "act"}, 1)
	same("before", anna.Member, nil, 0)
	var merge int64
	h.must(h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		merge, err = h.MergeIntoTx(ctx, tx, now, other.Member, anna.Member, "staff")
		return err
	}))
	same("joined", anna.Member, []string{"suspended", "merged", "act"}, 1)
	h.must(h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := h.UnmergeTx(ctx, tx, now, merge, 9)
		return err
	}))
	same("parted", anna.Member, []string{"unmerged", "merged"}, 0)
	same("parted", other.Member, []string{"suspended", "act"}, 1)
}

// TestWhoChangesAMemberHoldsThemAlone: of two who change one member at once the second waits
// from its first statement on, so that neither has what the other is waiting for.
func TestWhoChangesAMemberHoldsThemAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.subject(chat.Telegram, "1")
	h.must(h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := h.HoldToChangeTx(ctx, tx, anna.Member); err != nil {
			return err
		}
		if free, err := storage.Collect[struct {
			ID int64 `db:"id"`
		}](t.Context(), h.db, `select id from member where id = $1 for share skip locked`, anna.Member); err != nil || len(free) != 0 {
			t.Errorf("another holds the member, too: %v %v", free, err)
		}
		return nil
	}))
}
