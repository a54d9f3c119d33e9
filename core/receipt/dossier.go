package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/review"
	"besedka/storage"
)

// Dossier is all that a person needs to decide about a receipt, by ids: no name, no
// phone, no text of a member.
type Dossier struct {
	Sheet
	Claims     []Claim          `json:"claims"`     // everybody who sent the document, in their order
	Attempts   []Answered       `json:"attempts"`   // what the tax service answered
	Lookalikes []Lookalike      `json:"lookalikes"` // receipts that may be this one, sent as another
	Postings   []ledger.Posting `json:"postings"`
	Tasks      []review.Task    `json:"tasks"`             // about it, open and decided
	Refunds    []Refunded       `json:"refunds,omitempty"` // in their order
	Revoked    *TakenBack       `json:"revoked,omitempty"`
}

// Sheet is the receipt itself.
type Sheet struct {
	ID           int64           `db:"id" json:"receipt"`
	Member       int64           `db:"member_id" json:"member"`
	Suspended    *time.Time      `db:"suspended_at" json:"suspended,omitempty"` // since when its member is
	State        State           `db:"state" json:"state"`
	Reason       Reason          `db:"reason" json:"reason,omitempty"`
	FN           string          `db:"fn" json:"fn"`
	FD           int64           `db:"fd" json:"fd"`
	FP           int64           `db:"fp" json:"fp"`
	Sum          int64           `db:"sum" json:"sum"` // kopecks
	SumAmbiguous bool            `db:"sum_ambiguous" json:"sumAmbiguous"`
	Bought       time.Time       `db:"purchased_at" json:"bought"`
	Uploaded     time.Time       `db:"uploaded_at" json:"uploaded"`
	Provider     string          `db:"provider" json:"provider,omitempty"` // who confirmed it
	Verified     *time.Time      `db:"verified_at" json:"verified,omitempty"`
	Credited     *time.Time      `db:"credited_at" json:"credited,omitempty"`
	Points       int64           `db:"points" json:"points"`     // minor units, as awarded
	Contents     json.RawMessage `db:"contents" json:"contents"` // as the tax service writes them, null when nobody has them
}

// Claim is one sending of the document.
type Claim struct {
	Submission int64     `db:"id" json:"submission"`
	Member     int64     `db:"member_id" json:"member"`
	Staff      int64     `db:"staff_id" json:"staff,omitempty"` // the registrar
	QR         string    `db:"qr" json:"qr"`
	Photo      string    `db:"photo" json:"photo,omitempty"` // its id
	State      string    `db:"state" json:"state"`           // taken, waiting, duplicate, refused
	Reason     Reason    `db:"reason" json:"reason,omitempty"`
	At         time.Time `db:"at" json:"at"`
}

// Answered is one call to the tax service.
type Answered struct {
	Provider string    `db:"provider" json:"provider"`
	Call     string    `db:"call" json:"call"`
	Sum      int64     `db:"sum" json:"sum"` // asked with
	Class    string    `db:"class" json:"class"`
	Code     string    `db:"code" json:"code,omitempty"`
	At       time.Time `db:"at" json:"at"`
}

// Lookalike is a receipt with another fiscal key.
type Lookalike struct {
	Receipt int64     `db:"id" json:"receipt"`
	Member  int64     `db:"member_id" json:"member"`
	State   State     `db:"state" json:"state"`
	Why     string    `db:"why" json:"why"` // see qLookalikes
	Sum     int64     `db:"sum" json:"sum"` // kopecks
	Bought  time.Time `db:"purchased_at" json:"bought"`
	Photo   string    `db:"photo" json:"photo,omitempty"` // of the first who sent one
}

// TakenBack is what became of the award of a revoked receipt.
type TakenBack struct {
	Reason  Reason    `db:"reason" json:"reason"`
	Staff   int64     `db:"staff_id" json:"staff,omitempty"` // 0 when no person decided it
	Note    string    `db:"note" json:"note,omitempty"`
	Awarded int64     `db:"awarded" json:"awarded"` // minor units, as the others
	Taken   int64     `db:"taken" json:"taken"`
	Expired int64     `db:"expired" json:"expired"`
	Short   int64     `db:"short" json:"short"` // spent, and not to be had back
	At      time.Time `db:"at" json:"at"`
}

// maxLookalikes bounds what one receipt is compared with.
const maxLookalikes = 20

// nearBy is how many documents a till prints in a quarter of an hour or so.
const nearBy = 20

// DossierOf is everything about a receipt; storage.ErrNotFound when there is none. Where partners
// are named, of its lookalikes there are those made at them.
func DossierOf(ctx context.Context, q storage.Querier, id int64, partners ...string) (d Dossier, err error) {
	if d, err = dossier(ctx, q, id, partners); err != nil {
		return d, fmt.Errorf("dossier of receipt %d: %w", id, err)
	}
	return d, nil
}

func dossier(ctx context.Context, q storage.Querier, id int64, partners []string) (d Dossier, err error) {
	if d.Sheet, err = storage.One[Sheet](ctx, q, qSheet, id); err != nil {
		return d, err
	}
	if d.Claims, err = storage.Collect[Claim](ctx, q, qClaims, id, d.FN, d.FD, d.FP); err != nil {
		return d, err
	}
	if d.Attempts, err = storage.Collect[Answered](ctx, q, qAnswered, id); err != nil {
		return d, err
	}
	if d.Lookalikes, err = storage.Collect[Lookalike](ctx, q, qLookalikes, id, maxLookalikes, nearBy, partners); err != nil {
		return d, err
	}
	if d.Postings, err = ledger.PostingsOf(ctx, q, []int64{id}); err != nil {
		return d, err
	}
	if d.Tasks, err = review.OfReceipt(ctx, q, id); err != nil {
		return d, err
	}
	if d.Refunds, err = refunds(ctx, q, id); err != nil {
		return d, err
	}
	revoked, err := storage.Collect[TakenBack](ctx, q, qTakenBack, id)
	if len(revoked) > 0 {
		d.Revoked = &revoked[0]
	}
	return d, err
}

const qSheet = `
select r.id, m.id as member_id, m.suspended_at, r.state, coalesce(r.reason, '') as reason, r.fn, r.fd, r.fp, r.sum, r.sum_ambiguous,
  r.purchased_at, r.uploaded_at, coalesce(r.provider, '') as provider, r.verified_at, r.credited_at,
  coalesce((select sum(e.points) from evaluation e where e.receipt_id = r.id), 0)::bigint as points, r.contents
from receipt r
join member sender on sender.id = r.member_id
join member m on m.id = coalesce(sender.merged_into, sender.id)
where r.id = $1`

// qClaims finds those that became the receipt or its duplicates, and those that wait
// behind it.
const qClaims = `
select id, member_id, coalesce(staff_id, 0) as staff_id, qr, coalesce(blob_id::text, '') as photo, state, coalesce(reason, '') as reason, at
from submission
where receipt_id = $1 or fn = $2 and fd = $3 and fp = $4 and state = 'waiting'
order by id`

const qAnswered = `
select provider, call, sum, class, code, at from verification_attempt where receipt_id = $1 order by id`

// qLookalikes finds receipts that may be receipt $1 under another key, each by what tells
// most: the very picture; till, minute and sum; a key that differs in its number or its
// sign, as a slip of the hand makes it; the same till within $3 documents, of the same
// member. Of partners $4, when there are any.
const qLookalikes = `
with r as (
  select * from receipt where id = $1
), found as (
  select other.id, 1 as rank, 'same_photo' as why
  from submission mine
  join blob b on b.id = mine.blob_id
  join blob same on same.likeness = b.likeness and same.id <> b.id
  join submission s on s.member_id = (select member_id from subject where id = same.subject_id) and s.blob_id = same.id
  join receipt other on other.id = s.receipt_id
  where mine.receipt_id = $1
  union all
  select other.id, 2, 'same_moment'
  from r join receipt other on other.fn = r.fn and other.local_time = r.local_time and other.sum = r.sum and other.state <> 'rejected'
  union all
  select other.id, 2, 'same_moment'
  from r join receipt other on other.fn = r.fn and other.local_time = r.local_time and other.sum = r.sum and other.state = 'rejected'
  union all
  select other.id, 3, 'near_key'
  from r join receipt other on other.fn = r.fn and (other.fd = r.fd or other.fp = r.fp) and other.state <> 'rejected'
  union all
  select other.id, 4, 'same_till'
  from r join receipt other on other.fn = r.fn and other.fd between r.fd - $3::bigint and r.fd + $3::bigint
    and other.state <> 'rejected' and other.member_id = r.member_id
), best as (
  select distinct on (id) id, why from found where id <> $1 order by id, rank
)
select other.id, other.member_id, other.state, best.why, other.sum, other.purchased_at,
  coalesce((select s.blob_id::text from submission s where s.receipt_id = other.id and s.blob_id is not null order by s.id limit 1), '') as photo
from best join receipt other using (id)
where coalesce(cardinality($4::text[]), 0) = 0
  or (select w.partner from receipt_place w where w.receipt_id = other.id) = any($4)
order by other.id
limit $2`

const qTakenBack = `
select reason, coalesce(staff_id, 0) as staff_id, note, awarded, taken, expired, short, at from revocation where receipt_id = $1`
