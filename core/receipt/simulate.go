package receipt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/fiscal"
	"besedka/storage"
)

// Trial is a receipt of which somebody wants to know what it would bring.
type Trial struct {
	Receipt  int64           // a verified one that we have; 0: the one below
	Member   int64           // whose it would be; 0: somebody who registers with it, or whose the stored one is
	Text     string          // of the QR
	Contents *fiscal.Receipt // as the tax service writes them; nil: nobody has them
	Tenders  map[string]int64
	Drafts   bool // by drafts as well, each in its latest version
}

// ErrNotThatReceipt refuses contents that are not those of the code.
var ErrNotThatReceipt = errors.New("the contents are of another receipt than the code")

// errUndo ends a simulation: nothing of it stays.
var errUndo = errors.New("simulated")

// Simulate does all that crediting does, when it is done at that instant, in a
// transaction that is rolled back, and tells what came of it. A receipt that was
// credited before is tried as if it had not been: what it has consumed and added to
// pools is given back first. A code that cannot be a receipt is a *fiscal.Refusal.
func (s *Service) Simulate(ctx context.Context, now time.Time, t Trial) (a campaign.Award, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if a, err = s.try(ctx, tx, now, t); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		return a, fmt.Errorf("simulate: %w", err)
	}
	return a, nil
}

func (s *Service) try(ctx context.Context, tx storage.Tx, now time.Time, t Trial) (a campaign.Award, err error) {
	d, err := s.draft(ctx, tx, now, t)
	if err != nil {
		return a, err
	}
	if d.Member == 0 {
		if d.Member, err = storage.Value[int64](ctx, tx, qSomebody, d.Bought); err != nil {
			return a, err
		}
	}
	if err := d.count(ctx, tx, t); err != nil {
		return a, err
	}
	d.ID, err = storage.Value[int64](ctx, tx, qTrial, d.FN, d.FP, d.Operation, d.Local, s.Zone.String(), d.Bought, d.Sum, d.Member, d.Contents, d.Uploaded, d.Tenders)
	if err != nil {
		return a, err
	}
	if err := s.findGoods(ctx, tx, now, d.ID); err != nil {
		return a, err
	}
	r := payable{subject: subject{ID: d.ID, FN: d.FN, Sum: d.Sum, Member: d.Member}, Bought: d.Bought, Uploaded: d.Uploaded, Contents: d.Contents, Tenders: d.Tenders}
	if err := s.findPlace(ctx, tx, now, r.subject); err != nil {
		return a, err
	}
	zones, err := storage.Collect[zoneRow](ctx, tx, qZone, []int64{r.ID})
	if err != nil {
		return a, err
	}
	if err := locate(ctx, tx, &r, zones); err != nil {
		return a, err
	}
	bought, err := r.purchase()
	if err != nil {
		return a, err
	}
	return s.Campaigns.TryTx(ctx, tx, now, bought, t.Drafts)
}

// trialRow is a receipt to be tried, as its row has it.
type trialRow struct {
	owner     int64     // of a stored one, whoever it is tried for
	ID        int64     `db:"id"`
	State     State     `db:"state"`
	FN        string    `db:"fn"`
	FP        int64     `db:"fp"`
	Operation int       `db:"operation"`
	Local     time.Time `db:"local_time"`
	Bought    time.Time `db:"purchased_at"`
	Sum       int64     `db:"sum"`
	Member    int64     `db:"member_id"`
	Contents  []byte    `db:"contents"`
	Uploaded  time.Time `db:"uploaded_at"`
	Tenders   []byte    `db:"tenders"`
}

// count makes the member's figures those that crediting sees: the receipt is checked. One
// of theirs that waits to be credited is so already.
func (d trialRow) count(ctx context.Context, tx storage.Tx, t Trial) error {
	if d.State == Verified && (t.Member == 0 || t.Member == d.owner) {
		return nil
	}
	_, err := tx.Exec(ctx, qStatTrial, d.Member, d.Uploaded)
	return err
}

func (s *Service) draft(ctx context.Context, tx storage.Tx, now time.Time, t Trial) (d trialRow, err error) {
	if t.Receipt != 0 {
		return s.stored(ctx, tx, now, t)
	}
	claim, err := fiscal.Parse(t.Text)
	if err != nil {
		return d, err
	}
	d = trialRow{
		FN: claim.FN, FP: claim.FP, Operation: int(claim.Operation), Local: claim.Time.In(time.UTC), Bought: claim.Time.In(s.Zone),
		Sum: claim.Sum, Member: t.Member, Uploaded: now,
	}
	if t.Contents != nil && (t.Contents.Key() != claim.Key() || t.Contents.Total != claim.Sum) {
		return d, ErrNotThatReceipt
	}
	if d.Contents, err = marshal(t.Contents); err != nil || t.Tenders == nil {
		return d, err
	}
	d.Tenders, err = json.Marshal(t.Tenders)
	return d, err
}

// stored is a receipt that we have, as if it were not credited yet.
func (s *Service) stored(ctx context.Context, tx storage.Tx, now time.Time, t Trial) (d trialRow, err error) {
	if d, err = storage.One[trialRow](ctx, tx, qTried, t.Receipt); err != nil {
		return d, err
	}
	d.owner = d.Member
	if _, err := tx.Exec(ctx, qStatHold, []int64{d.owner, t.Member}); err != nil {
		return d, err
	}
	defer func() {
		if t.Member != 0 {
			d.Member = t.Member
		}
	}()
	if !d.State.Stands() {
		return d, nil
	}
	if _, err := tx.Exec(ctx, qStatRevoked, d.Member, d.ID); err != nil {
		return d, err
	}
	if _, err := s.Coupons.RevokeTx(ctx, tx, now, d.ID, "simulation"); err != nil {
		return d, err
	}
	_, err = s.Campaigns.TakeBackTx(ctx, tx, now, d.ID, d.Member, "simulation")
	return d, err
}

const qSomebody = `insert into member (created_at, registered_at) values ($1, $1) returning id`

// qTrial makes a receipt beside the one that may hold the key: its document number is
// below zero, and nobody else's.
const qTrial = `
insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, contents, uploaded_at, queued_at, tenders)
values ($1, -nextval(pg_get_serial_sequence('receipt', 'id')), $2, $3, $4, $5, $6, $7, $8, 'verified', $9::jsonb, $10, $10, $11::jsonb)
returning id`

const qTried = `
select r.id, r.state, r.fn, r.fp, r.operation, r.local_time, r.purchased_at, r.sum, coalesce(m.merged_into, m.id) as member_id,
  r.contents, r.uploaded_at, r.tenders
from receipt r join member m on m.id = r.member_id
where r.id = $1 and r.state in ('verified', 'credited', 'partially_refunded', 'refunded', 'revoked')
for update of r`
