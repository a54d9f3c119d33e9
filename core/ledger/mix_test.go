package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// mixed is one movement of any kind. Everything but the instant follows from its
// number, so that equal numbers are replays.
type mixed struct {
	kind     string
	n, at    int
	currency string
	members  []int64
	receipts []int64
}

func (m mixed) owner() int64 { return m.members[m.n%len(m.members)] }

func (m mixed) key(what string) string { return fmt.Sprintf("%s/%s/%d", m.currency, what, m.n) }

func (m mixed) accrual() ledger.Accrual {
	a := ledger.Accrual{
		Key: m.key("accrue"), Member: m.owner(), Currency: m.currency, Amount: int64(m.n*37%300 + 1),
		Campaign: "a", Version: 1, Receipt: m.receipts[m.n%len(m.receipts)], At: day(m.at), // 0 = none
	}
	if m.n%3 == 1 {
		a.AvailableAt = day(m.at + m.n%4)
	}
	if ttl := m.n % 5; ttl > 0 {
		a.ExpiresAt = day(m.at + m.n%4 + ttl*3)
	}
	return a
}

func (m mixed) policy(string) ledger.Debt {
	return []ledger.Debt{ledger.WithinBalance, ledger.OnlyPending, ledger.AllowNegative}[m.n%3]
}

// run is what may be refused and what may not: nothing but a refusal by name is an
// ordinary end.
func (m mixed) run(ctx context.Context, db *storage.DB) error {
	switch m.kind {
	case "expire":
		_, _, err := ledger.Expiry{DB: db}.Step(ctx, day(m.at))
		return err
	case "late":
		_, _, err := ledger.Holds{DB: db}.Step(ctx, day(m.at))
		return err
	}
	err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := m.keep(ctx, tx); err != nil {
			return err
		}
		return m.move(ctx, tx)
	})
	if errors.Is(err, ledger.ErrShared) || errors.Is(err, ledger.ErrOwes) {
		return nil
	}
	_, short := errors.AsType[*ledger.Insufficient](err)
	if short || errors.Is(err, ledger.ErrEnded) || errors.Is(err, ledger.ErrNoHold) {
		return nil
	}
	return err
}

// keep locks members as the callers of the ledger do: those whom a family or a merger
// is about against everybody, who earns or spends against those.
func (m mixed) keep(ctx context.Context, tx storage.Tx) (err error) {
	switch m.kind {
	case "merge", "share", "leave":
		_, err = tx.Exec(ctx, "select from member where id = any($1) order by id for no key update", m.members)
	case "accrue", "hold":
		_, err = tx.Exec(ctx, "select from member where id = $1 for share", m.owner())
	}
	return err
}

func (m mixed) other() int64 { return m.members[(m.n+1)%len(m.members)] }

// merge first ends what families there are.
func (m mixed) merge(ctx context.Context, tx storage.Tx) error {
	for _, who := range m.members {
		if err := ledger.PartTx(ctx, tx, day(m.at), who, m.n%2 == 0); err != nil {
			return err
		}
	}
	return ledger.MergeTx(ctx, tx, day(m.at), m.owner(), m.other())
}

func (m mixed) move(ctx context.Context, tx storage.Tx) error {
	s := ledger.Settlement{Key: m.key("hold"), At: day(m.at)}
	switch m.kind {
	case "accrue":
		return ledger.AccrueTx(ctx, tx, m.accrual())
	case "hold":
		h := ledger.Hold{Key: s.Key, Member: m.owner(), Currency: m.currency, Amount: int64(m.n*53%200 + 1), At: day(m.at)}
		if m.n%2 == 0 {
			h.Until = day(m.at + 4)
		}
		return ledger.HoldTx(ctx, tx, h)
	case "commit":
		return ledger.CommitTx(ctx, tx, s)
	case "release":
		return ledger.ReleaseTx(ctx, tx, s)
	case "refund":
		return ledger.RefundTx(ctx, tx, s)
	case "merge":
		return m.merge(ctx, tx)
	case "share":
		return ledger.ShareTx(ctx, tx, day(m.at), m.owner(), m.other())
	case "leave":
		return ledger.PartTx(ctx, tx, day(m.at), m.owner(), m.n%2 == 0)
	case "reverse":
		return spend(ctx, tx, m.owner(), int64(m.n*71%100+1), m.currency, m.key("reverse"), day(m.at))
	}
	receipt := m.receipts[m.n%len(m.receipts)]
	if _, err := tx.Exec(ctx, "select from receipt where id = $1 for update", receipt); err != nil { // as who revokes does
		return err
	}
	r := ledger.AwardReversal{Receipt: receipt, Member: m.owner(), At: day(m.at), Debt: m.policy}
	if m.kind == "part" {
		return m.takePart(ctx, tx, r)
	}
	back, err := ledger.ReverseAwardTx(ctx, tx, r)
	if back.Taken < 0 || back.Expired < 0 || back.Short < 0 || back.Owed > back.Taken || back.Awarded != back.Taken+back.Expired+back.Short {
		return fmt.Errorf("reversed %+v", back)
	}
	return err
}

// takePart takes a part of whatever of an award is left.
func (m mixed) takePart(ctx context.Context, tx storage.Tx, r ledger.AwardReversal) error {
	parts, err := storage.Collect[ledger.Part](ctx, tx, `
		select key, 1 + $2 * 31 % amount as amount from (
			select t.key, p.amount - (select coalesce(sum(s.amount), 0) from award_part s where s.tx_id = t.id)::bigint as amount
			from ledger_tx t join posting p on p.tx_id = t.id and p.lot_id is not null
			where t.receipt_id = $1 and t.kind = 'accrue'
		) a where amount > 0`, r.Receipt, int64(m.n))
	if err != nil {
		return err
	}
	_, err = ledger.ReversePartsTx(ctx, tx, r, m.n+1, parts)
	return err
}

// Whatever several processes do to the same accounts at once, with replays and with
// clocks that disagree: the four sums stand and every balance, lot and hold is what
// the postings say. When all holds are ended and all is expired, nothing but what
// never expires is left.
func TestBooksBalanceWhateverIsDone(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		members := []int64{newMember(ctx, t, db), newMember(ctx, t, db), newMember(ctx, t, db)}
		receipts := make([]int64, 4)
		for i := range receipts {
			receipts[i] = newReceipt(ctx, t, db, members[i%len(members)], i)
		}
		moves := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) mixed {
			return mixed{
				kind: rapid.SampledFrom([]string{
					"accrue", "accrue", "accrue", "hold", "hold", "commit", "release", "refund", "merge", "share", "share", "leave", "reverse", "revoke", "part", "part", "expire", "late",
				}).Draw(t, "kind"),
				n: rapid.IntRange(0, 11).Draw(t, "n"), at: rapid.IntRange(0, lastDay).Draw(t, "at"),
				currency: fmt.Sprintf("mix%d", run), members: members, receipts: receipts,
			}
		}), 1, 60).Draw(t, "moves")
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(4)
		for _, m := range moves {
			g.Go(func() error { return m.run(gctx, db) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		balanced(ctx, t, db)
		settleAll(ctx, t, db)
		balanced(ctx, t, db)
		left, err := storage.Value[int](ctx, db, "select count(*) from lot where remaining > 0 and expires_at is not null or held > 0")
		if err != nil || left > 0 {
			t.Fatalf("%d lots outlive their day, %v", left, err)
		}
	})
}

func balanced(ctx context.Context, t *rapid.T, db *storage.DB) {
	t.Helper()
	report, err := ledger.Check(ctx, db)
	if err != nil || len(report.Breaches) > 0 {
		t.Fatalf("books: %+v, %v", report.Breaches, err)
	}
}

// settleAll ends every hold and then lets everything expire.
func settleAll(ctx context.Context, t *rapid.T, db *storage.DB) {
	t.Helper()
	open, err := storage.Collect[struct{ Key string }](ctx, db, "select key from hold where state = 'open'")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range open {
		if err := settle(ctx, db, ledger.ReleaseTx, h.Key, day(lastDay)); err != nil {
			t.Fatal(err)
		}
	}
	for worked := true; worked; {
		if worked, _, err = (ledger.Expiry{DB: db}).Step(ctx, day(10*lastDay)); err != nil {
			t.Fatal(err)
		}
	}
}
