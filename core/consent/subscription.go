package consent

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Medium is a way in which members are written to unasked.
type Medium string

// The media. Whoever never said a word is subscribed to the chat, where they came to
// talk, and to nothing else.
const (
	Chat  Medium = "chat"
	SMS   Medium = "sms"
	Email Medium = "email"
)

// Media are all of them.
var Media = []Medium{Chat, SMS, Email}

// Subscription is what stands about one medium.
type Subscription struct {
	Medium Medium     `db:"channel" json:"channel"`
	Wanted bool       `db:"wanted" json:"wanted"` // the member's own last word
	On     bool       `db:"on" json:"on"`         // whether anything leaves: wanted, and the card is active
	At     *time.Time `db:"at" json:"at,omitempty"`
}

// SubscribeTx keeps a member's word about a medium. While their card is not active it
// changes nothing else: what is wanted then is what comes back with the card.
func SubscribeTx(ctx context.Context, tx storage.Tx, now time.Time, member int64, m Medium, wanted bool) error {
	if _, err := tx.Exec(ctx, qSubscribe, member, m, wanted, now); err != nil {
		return fmt.Errorf("subscription of member %d to %s: %w", member, m, err)
	}
	return nil
}

// SilenceTx keeps a member's word that nothing is to be written to them unasked, by no
// medium, and says whether anything was before.
func SilenceTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) (bool, error) {
	return changeWords(ctx, tx, now, member, Media, false)
}

// SpeakTx takes that word back for the chat, and says whether it stood.
func SpeakTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) (bool, error) {
	return changeWords(ctx, tx, now, member, []Medium{Chat}, true)
}

func changeWords(ctx context.Context, tx storage.Tx, now time.Time, member int64, media []Medium, wanted bool) (bool, error) {
	changed, err := tx.Exec(ctx, qWordsChange, member, media, wanted, now)
	if err != nil {
		return false, fmt.Errorf("subscriptions of member %d: %w", member, err)
	}
	return changed.RowsAffected() > 0, nil
}

// Subscriptions are a member's, one of each medium.
func Subscriptions(ctx context.Context, q storage.Querier, member int64) ([]Subscription, error) {
	all, err := storage.Collect[Subscription](ctx, q, qSubscriptions, member, Media)
	if err != nil {
		return nil, fmt.Errorf("subscriptions of member %d: %w", member, err)
	}
	return all, nil
}

// MayWrite says whether a member may be written to unasked.
func MayWrite(ctx context.Context, q storage.Querier, member int64, m Medium) (bool, error) {
	may, err := storage.Value[bool](ctx, q, qMayWrite, member, m)
	if err != nil {
		return false, fmt.Errorf("whether member %d is written to by %s: %w", member, m, err)
	}
	return may, nil
}

// Subscribers are whom a broadcast by m would reach, by ascending number above after.
func Subscribers(ctx context.Context, q storage.Querier, m Medium, after int64, rows int) ([]int64, error) {
	asked := qSubscribers
	if m == Chat {
		asked = qListeners
	}
	found, err := storage.Collect[memberRow](ctx, q, asked, m, after, rows)
	if err != nil {
		return nil, fmt.Errorf("subscribers by %s: %w", m, err)
	}
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, nil
}

// MergeTx keeps the last word of the two whom a member was.
func MergeTx(ctx context.Context, tx storage.Tx, from, into int64) error {
	var b storage.Batch
	b.Exec(qMergeSubscriptions, from, into)
	b.Exec(qUnsubscribeAll, from)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("join the subscriptions of members %d and %d: %w", from, into, err)
	}
	return nil
}
