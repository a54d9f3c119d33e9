package family_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/family"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type house struct {
	db       *storage.DB
	people   *member.Service
	families *family.Service
	terms    family.Terms
	visitors int
}

func open(t *testing.T) *house {
	t.Helper()
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: storagetest.DB(t), terms: family.Terms{Max: 3, TakeOwn: true}}
	h.families = &family.Service{Keys: keys, Terms: func() family.Terms { return h.terms }}
	h.people = member.New(h.db, keys, func(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
		if err := family.MergeTx(ctx, tx, now, from, into); err != nil {
			return err
		}
		return ledger.MergeTx(ctx, tx, now, from, into)
	})
	return h
}

// visitors come to the chat and register.
func (h *house) come(t rapid.TB, n int) []member.Subject {
	peers := make([]string, n)
	for i := range peers {
		h.visitors++
		peers[i] = fmt.Sprint(h.visitors)
	}
	var all []member.Subject
	err := h.db.InTx(context.Background(), func(ctx context.Context, tx storage.Tx) (err error) {
		if all, err = h.people.SubjectsTx(ctx, tx, noon, chat.Telegram, peers); err != nil {
			return err
		}
		for _, s := range all {
			if _, err = h.people.RegisterTx(ctx, tx, noon, s.Member); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// earn gives somebody points of a key of their own.
func (h *house) earn(ctx context.Context, who member.Subject, key string, amount int64) error {
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		owner, err := h.owner(ctx, tx, who)
		if err != nil {
			return err
		}
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: key, Member: owner, Currency: ledger.Bonus, Amount: amount, ExpiresAt: noon.AddDate(1, 0, 0), At: noon})
	})
}

// owner is the member a subject belongs to, held.
func (h *house) owner(ctx context.Context, tx storage.Tx, who member.Subject) (int64, error) {
	id, err := storage.Value[int64](ctx, tx, "select member_id from subject where id = $1", who.ID)
	if err != nil {
		return 0, err
	}
	return h.people.HoldTx(ctx, tx, id)
}

// join takes guest into the family of head, by an invitation.
func (h *house) join(ctx context.Context, head, guest member.Subject) error {
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		at, err := storage.Value[int64](ctx, tx, "select member_id from subject where id = $1", head.ID)
		if err != nil {
			return err
		}
		code, err := h.families.InviteTx(ctx, tx, noon, head.ID, at)
		if err != nil {
			return err
		}
		if err := h.families.OpenTx(ctx, tx, noon, guest.ID, " "+code); err != nil {
			return err
		}
		_, err = h.families.AcceptTx(ctx, tx, noon, guest.ID)
		return err
	})
}

func (h *house) leave(ctx context.Context, who member.Subject) error {
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		id, err := storage.Value[int64](ctx, tx, "select member_id from subject where id = $1", who.ID)
		if err != nil {
			return err
		}
		_, err = h.families.LeaveTx(ctx, tx, noon, id)
		return err
	})
}

func (h *house) has(t rapid.TB, who member.Subject, want int64) {
	t.Helper()
	id, err := storage.Value[int64](context.Background(), h.db, "select member_id from subject where id = $1", who.ID)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ledger.BalanceOf(context.Background(), h.db, noon, id, ledger.Bonus)
	if err != nil || b.Points != want {
		t.Errorf("subject %d has %d, %v, want %d", who.ID, b.Points, err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAFamily lives and ends: the head's leaving gives everybody their own back.
func TestAFamily(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	p := h.come(t, 4)
	for i, who := range p {
		must(t, h.earn(ctx, who, fmt.Sprint("a", i), int64(100*(i+1))))
	}
	must(t, h.join(ctx, p[0], p[1]))
	must(t, h.join(ctx, p[0], p[2]))
	h.has(t, p[2], 600)
	for _, tt := range []struct {
		head, guest int
		want        error
	}{{0, 3, family.ErrFull}, {1, 3, family.ErrNotHead}, {3, 1, family.ErrTaken}, {3, 0, family.ErrTaken}} {
		if err := h.join(ctx, p[tt.head], p[tt.guest]); !errors.Is(err, tt.want) {
			t.Errorf("%d invites %d: %v, want %v", tt.head, tt.guest, err, tt.want)
		}
	}
	must(t, h.earn(ctx, p[2], "b", 7))
	must(t, h.leave(ctx, p[1]))
	h.has(t, p[1], 200)
	h.has(t, p[0], 407)
	must(t, h.leave(ctx, p[0]))
	h.has(t, p[0], 100)
	h.has(t, p[2], 307)
}

// TestAnInvitationIsOfWhoOpenedIt: a code goes to one chat, and is used once.
func TestAnInvitationIsOfWhoOpenedIt(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	p := h.come(t, 3)
	must(t, h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		code, err := h.families.InviteTx(ctx, tx, noon, p[0].ID, p[0].Member)
		must(t, err)
		if err := h.families.OpenTx(ctx, tx, noon, p[0].ID, code); !errors.Is(err, family.ErrOwn) {
			t.Errorf("opened by who invites: %v", err)
		}
		code, err = h.families.InviteTx(ctx, tx, noon, p[0].ID, p[0].Member)
		must(t, err)
		must(t, h.families.OpenTx(ctx, tx, noon, p[1].ID, code))
		if err := h.families.OpenTx(ctx, tx, noon, p[2].ID, code); !errors.Is(err, family.ErrUnknown) {
			t.Errorf("opened by another: %v", err)
		}
		if err := h.families.OpenTx(ctx, tx, noon.Add(family.InviteTTL), p[1].ID, code); !errors.Is(err, family.ErrUnknown) {
			t.Errorf("opened too late: %v", err)
		}
		_, err = h.families.AcceptTx(ctx, tx, noon, p[1].ID)
		must(t, err)
		if _, err = h.families.AcceptTx(ctx, tx, noon, p[1].ID); !errors.Is(err, family.ErrUnknown) {
			t.Errorf("accepted twice: %v", err)
		}
		return nil
	}))
}

// TestOneSeatIsLeft: of many who accept at once as many get in as there are seats.
func TestOneSeatIsLeft(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	p := h.come(t, 9)
	var g errgroup.Group
	for _, guest := range p[1:] {
		g.Go(func() error {
			if err := h.join(ctx, p[0], guest); err != nil && !errors.Is(err, family.ErrFull) && !errors.Is(err, family.ErrLimit) {
				return err
			}
			return nil
		})
	}
	must(t, g.Wait())
	f, err := family.Of(ctx, h.db, p[0].Member)
	if err != nil || len(f.Members) != h.terms.Max {
		t.Errorf("%d in the family, %v, want %d", len(f.Members), err, h.terms.Max)
	}
}

// Whatever members do at once, joining, leaving, earning and turning out to be one
// another: the books are right, no point is lost, and when all have left everybody has
// exactly what they earned.
func TestEverybodyKeepsTheirOwn(t *testing.T) {
	t.Parallel()
	h, run := open(t), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		ctx, p := context.Background(), h.come(t, 5)
		type act struct{ kind, a, b int }
		acts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) act {
			return act{rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2, 3}).Draw(t, "kind"), rapid.IntRange(0, 4).Draw(t, "a"), rapid.IntRange(0, 4).Draw(t, "b")}
		}), 1, 30).Draw(t, "acts")
		var g errgroup.Group
		g.SetLimit(3)
		earned := make([]int64, len(p))
		for i, a := range acts {
			if a.kind == 0 {
				earned[a.a] += int64(i + 1)
			}
			g.Go(func() error { return h.do(ctx, run, i, a.kind, p[a.a], p[a.b]) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if report, err := ledger.Check(ctx, h.db); err != nil || len(report.Breaches) > 0 {
			t.Fatalf("books: %+v, %v", report.Breaches, err)
		}
		for _, who := range p {
			if err := h.leave(ctx, who); err != nil {
				t.Fatal(err)
			}
		}
		h.keepsOwn(t, p, earned)
	})
}

// do is one act; a refusal by name is an ordinary end, and so is a deadlock that the
// server has ended: the turn would run again.
func (h *house) do(ctx context.Context, run, i, kind int, a, b member.Subject) error {
	for {
		err := h.act(ctx, run, i, kind, a, b)
		if !storage.Retryable(err) {
			return err
		}
	}
}

func (h *house) act(ctx context.Context, run, i, kind int, a, b member.Subject) error {
	switch kind {
	case 0:
		return h.earn(ctx, a, fmt.Sprint(run, "/", i), int64(i+1))
	case 1:
		err := h.join(ctx, a, b)
		refused := []error{family.ErrOwn, family.ErrNotHead, family.ErrTaken, family.ErrFull, family.ErrLimit, family.ErrUnknown}
		if slices.ContainsFunc(refused, func(r error) bool { return errors.Is(err, r) }) {
			return nil
		}
		return err
	case 2:
		return h.leave(ctx, a)
	}
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		_, err := h.people.MergeTx(ctx, tx, noon, a.Member, b.Member, "test")
		return err
	})
}

// keepsOwn sums what the subjects of each member have earned.
func (h *house) keepsOwn(t *rapid.T, p []member.Subject, earned []int64) {
	want := map[int64]int64{}
	for i, who := range p {
		id, err := storage.Value[int64](context.Background(), h.db, "select member_id from subject where id = $1", who.ID)
		if err != nil {
			t.Fatal(err)
		}
		want[id] += earned[i]
	}
	for _, who := range p {
		id, _ := storage.Value[int64](context.Background(), h.db, "select member_id from subject where id = $1", who.ID)
		h.has(t, who, want[id])
	}
}
