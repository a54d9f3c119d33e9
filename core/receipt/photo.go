package receipt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/review"
	"besedka/storage"
)

// maxAnswers is how many photos without a code are kept for one who asked: people take two
// or three.
const maxAnswers = 3

// ErrNoChat is the answer to who would ask somebody for a photo that has no chat with us.
var ErrNoChat = errors.New("nobody can be asked: the receipt's shopper has no chat with us")

// AskPhotoTx asks the shopper of a task's receipt for another photo, by the bot's own way,
// and leaves the task until it comes. What they send of the document from then on is a
// claim of it; so is a photo of which no code can be read, see KeepPhotoTx.
func (s *Service) AskPhotoTx(ctx context.Context, tx storage.Tx, now time.Time, of review.Of) (receipt int64, err error) {
	if receipt, err = s.askPhoto(ctx, tx, now, of); err != nil {
		return 0, fmt.Errorf("ask for another photo of task %d: %w", of.Task, err)
	}
	return receipt, nil
}

func (s *Service) askPhoto(ctx context.Context, tx storage.Tx, now time.Time, of review.Of) (int64, error) {
	task, err := review.Find(ctx, tx, of.Task)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(review.OneReceipt, task.Kind) {
		return 0, ErrOtherQuestion
	}
	held, err := storage.One[subject](ctx, tx, qHold, task.Receipt)
	if err != nil {
		return 0, err
	}
	asks, err := review.AskTx(ctx, tx, now, of)
	if err != nil {
		return 0, err
	}
	chats, err := storage.Value[bool](ctx, tx, qHasChat, held.Member)
	if err == nil && !chats {
		err = ErrNoChat
	}
	if err != nil {
		return 0, err
	}
	return held.ID, s.Notify(ctx, tx, now, Notice{
		Member: held.Member, Subject: held.Subject, Name: EventUnclear,
		Key: fmt.Sprintf("review/%d/photo/%d", of.Task, asks), Args: args(held.ID, held.Sum),
	})
}

// KeepPhotoTx keeps a photo of which no receipt can be read for the person who has asked
// its sender for one, and says which receipt it is of; false when nobody has. It is a claim
// of that receipt from then on.
func (s *Service) KeepPhotoTx(ctx context.Context, tx storage.Tx, now time.Time, sub Submission) (Result, bool, error) {
	if sub.At.IsZero() {
		sub.At = now
	}
	rows, err := storage.Collect[photoRow](ctx, tx, qKeepPhoto, sub.Key, sub.Member, storage.OrNull(sub.Subject), sub.Blob, sub.At, now.Add(-review.AskedFor), maxAnswers, DuplicateOwn)
	if err != nil {
		return Result{}, false, fmt.Errorf("keep photo %s: %w", sub.Key, err)
	}
	if len(rows) == 0 {
		return Result{}, false, nil
	}
	r := told(DuplicateOwn, rows[0].Receipt, rows[0].Sum)
	r.Own, r.Asked = Own{State: rows[0].State}, true
	return r, true, nil
}

type photoRow struct {
	Receipt int64 `db:"receipt_id"`
	Sum     int64 `db:"sum"`
	State   State `db:"state"`
}

// asked says whether a person has asked for another photo of a receipt.
func asked(ctx context.Context, q storage.Querier, receipt int64) (bool, error) {
	return storage.Value[bool](ctx, q, qAsked, receipt)
}

const qAsked = `
select exists (select from review_task where receipt_id = $1 and asked_at is not null and decided_at is null)`

const qHasChat = `
select exists (
  select from subject s join conversation c on c.subject_id = s.id where s.member_id = $1 and s.wrapped_key is not null)`

// qKeepPhoto keeps a photo for the receipt that its sender was asked about last. Seen
// before, it is the same answer again.
const qKeepPhoto = `
with wanted as (
  select r.id, r.sum, r.state, t.asked_past
  from review_task t join receipt r on r.id = t.receipt_id join member m on m.id = r.member_id
  where t.asked_at > $6 and t.decided_at is null and coalesce(m.merged_into, m.id) = $2
  order by t.asked_at desc limit 1
), kept as (
  insert into submission (key, receipt_id, member_id, subject_id, blob_id, qr, state, reason, at)
  select $1, id, $2, $3, $4::uuid, '', 'duplicate', $8, $5 from wanted
  where (select count(*) from submission s where s.receipt_id = wanted.id and s.qr = '' and s.id > wanted.asked_past) < $7
  on conflict (key) do nothing
  returning receipt_id
), before as (
  select receipt_id from submission where key = $1
)
select w.id as receipt_id, w.sum, w.state from wanted w
where w.id in (select receipt_id from kept union all select receipt_id from before)`
