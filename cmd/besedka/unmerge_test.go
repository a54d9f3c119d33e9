package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// two are the members a merge is about, and a relative of theirs, on the whole app's
// database.
type two struct {
	a       *app
	staff   int64
	members []int64 // from, into, relative
	chats   []member.Subject
	holds   []string // keys
	run, n  int
}

// id is of the act that is going on, among those of all people.
func (w *two) id() int64 { return int64(w.run*1000 + w.n) }

var mergeDay = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

func (w *two) tx(r *rapid.T, do func(ctx context.Context, tx storage.Tx) error) error {
	r.Helper()
	return w.a.db.InTx(r.Context(), do)
}

func (w *two) must(r *rapid.T, do func(ctx context.Context, tx storage.Tx) error) {
	r.Helper()
	if err := w.tx(r, do); err != nil {
		r.Fatal(err)
	}
}

// meet brings new people in.
func meet(r *rapid.T, a *app, operator int64, run int) *two {
	w := &two{a: a, staff: operator, run: run}
	w.must(r, func(ctx context.Context, tx storage.Tx) (err error) {
		peers := []string{fmt.Sprintf("%d/0", run), fmt.Sprintf("%d/1", run), fmt.Sprintf("%d/relative", run)}
		w.chats, err = a.members.SubjectsTx(ctx, tx, mergeDay, chat.Telegram, peers)
		return err
	})
	for _, s := range w.chats {
		w.members = append(w.members, s.Member)
		if rapid.Bool().Draw(r, "registered") {
			w.must(r, func(ctx context.Context, tx storage.Tx) error {
				if _, err := a.members.RegisterTx(ctx, tx, mergeDay, s.Member); err != nil {
					return err
				}
				return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprint("welcome/", s.Member), Member: s.Member, Currency: ledger.Bonus, Amount: 400, Reason: "test", At: mergeDay})
			})
		}
	}
	return w
}

func (w *two) merge(r *rapid.T) (merge int64) {
	w.must(r, func(ctx context.Context, tx storage.Tx) (err error) {
		merge, err = w.a.members.MergeIntoTx(ctx, tx, mergeDay.Add(time.Hour), w.members[0], w.members[1], "staff")
		return err
	})
	return merge
}

func (w *two) undo(r *rapid.T, merge int64) error {
	return w.tx(r, func(ctx context.Context, tx storage.Tx) error {
		p, err := w.a.members.UnmergeTx(ctx, tx, mergeDay.Add(2*time.Hour), merge, w.staff)
		if err != nil {
			return err
		}
		_, err = ledger.UnmergeTx(ctx, tx, ledger.Unmerge{From: p.From, Into: p.Into, Lots: p.Lots, Holds: p.Holds, At: mergeDay.Add(2 * time.Hour)})
		return err
	})
}

// TestUnmergeAtOnce: whatever two people were, after a merge and its undo every table that
// names them says the same, and their points are theirs to the unit; or the undo says what
// of theirs has become one, which is so, and changes nothing.
func TestUnmergeAtOnce(t *testing.T) {
	a := openMall(t)
	operator := inviteOperator(t, a)
	run, undone := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		w := meet(r, a, operator, run)
		for range rapid.IntRange(0, 20).Draw(r, "acts") {
			w.live(r)
		}
		before, stuck := w.dump(r), w.stuck(r)
		if !slices.ContainsFunc(before, func(row string) bool { return strings.HasPrefix(row, "subject ") }) {
			r.Fatalf("the dump is without chats: %v", before)
		}
		merge := w.merge(r)
		merged := w.dump(r)
		err := w.undo(r, merge)
		w.books(r)
		if err != nil {
			w.refused(r, err, stuck, merged)
			return
		}
		undone++
		if diff := cmp.Diff(before, w.dump(r)); diff != "" {
			r.Fatalf("merged and parted (-before +after):\n%s", diff)
		}
		if err := w.undo(r, merge); !errors.Is(err, member.ErrUndone) {
			r.Fatalf("undone twice: %v", err)
		}
	})
	if undone < run/4 {
		t.Errorf("only %d of %d merges were undone", undone, run)
	}
	t.Logf("%d of %d merges were undone", undone, run)
	lived(t, a)
}

// TestUnmergeLater: what befalls the survivor between a merge and its undo loses and doubles
// no points; the departed get back no more than they brought. A refusal changes nothing, and
// whatever befalls either afterwards leaves the books exact.
func TestUnmergeLater(t *testing.T) {
	a := openMall(t)
	operator := inviteOperator(t, a)
	run, undone := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		w := meet(r, a, operator, run)
		for range rapid.IntRange(0, 14).Draw(r, "acts before") {
			w.live(r)
		}
		_, brought := w.points(r)
		merge := w.merge(r)
		old := slices.Clone(w.members)
		w.members[0] = w.members[1]
		for range rapid.IntRange(0, 8).Draw(r, "acts after") {
			w.live(r)
		}
		w.members = old
		total, _ := w.points(r)
		dump := w.dump(r)
		err := w.undo(r, merge)
		is, each := w.points(r)
		if is != total || each[0] > brought[0] || each[0] < 0 || each[1] < 0 {
			r.Fatalf("%v of %d after the undo, brought %v", each, total, brought)
		}
		w.books(r)
		refused, ok := errors.AsType[*member.Inseparable](err)
		if err != nil && !ok && !errors.Is(err, ledger.ErrReserved) {
			r.Fatal(err)
		}
		if ok && (len(refused.Nouns) == 0 || strings.Contains(refused.Error(), "lots") || !slices.Equal(dump, w.dump(r))) {
			r.Fatalf("refused with %v, or changed something", refused)
		}
		if err == nil {
			undone++
		}
		for range rapid.IntRange(0, 6).Draw(r, "acts apart") { // what was reserved before is paid and given back now
			w.live(r)
		}
		w.books(r)
	})
	t.Logf("%d of %d merges were undone", undone, run)
	lived(t, a)
}

func inviteOperator(t *testing.T, a *app) int64 {
	t.Helper()
	p, err := staff.New(a.db).Invite(t.Context(), mergeDay, staff.Person{Name: "reviewer", Roles: []staff.Role{staff.Reviewer}}, staff.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}
