package runner

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/storage"
)

// vouched is the sender's own number where the messenger vouches for it, else "".
func (t *turn) vouched() string {
	if in := t.record.Input.Chat; in != nil {
		return in.Phone
	}
	return ""
}

// leaveKnown marks the turns of those whom a vouched number shows to be somebody else
// than their row says: they are joined alone. It asks once for a group, and only where a
// messenger vouches for numbers.
func (r *Runner) leaveKnown(ctx context.Context, tx storage.Tx, turns []turn) error {
	var numbers []string
	for i := range turns {
		if number := turns[i].vouched(); number != "" && !turns[i].alone {
			numbers = append(numbers, number)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	holders, err := r.Members.Holders(ctx, tx, numbers)
	for i := range turns {
		if holder := holders[turns[i].vouched()]; holder != 0 && holder != turns[i].row.Member {
			turns[i].alone = true
		}
	}
	return err
}

// recognise makes whoever writes from a number that a member has proved that member,
// before the turn is decided: it knows their points and asks nothing again.
func (r *Runner) recognise(ctx context.Context, tx storage.Tx, t *turn, now time.Time) error {
	number := t.vouched()
	if number == "" {
		return nil
	}
	who := member.Subject{ID: t.row.Subject, Member: t.row.Member, Conversation: t.row.Conversation, Key: t.key}
	owner, err := r.Members.RecogniseTx(ctx, tx, now, who, number)
	if err != nil || !owner.Joined {
		return err
	}
	rows, err := storage.Collect[row](ctx, tx, qClaimAlone, t.row.Inbox, ledger.Bonus, now)
	if err != nil {
		return err
	}
	if len(rows) == 0 { // we hold it
		return fmt.Errorf("inbox row %d is gone under its turn", t.row.Inbox)
	}
	t.row = &rows[0]
	return r.begin(t, now)
}
