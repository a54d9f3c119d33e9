package support

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/core/topup"
	"besedka/locales"
	"besedka/storage"
)

// Desk is what the staff do for the shopper whose conversation they have. Each act says so
// to the shopper, in their language, in the name of who did it: the bot is silent.
type Desk struct {
	Door     *conversation.Service
	Members  *member.Service
	Receipts *receipt.Service
	TopUps   *topup.Service
	Texts    *locales.Catalog
	Mark     func(of chat.Channel, lang string) string // closes every message; of a demonstration
}

// Doer is one act: who does it, in which conversation that they have, under which key it is
// done once.
type Doer struct {
	Staff        staff.Person
	Conversation int64
	Key          string
}

// Done is what came of an act.
type Done struct {
	Told    bool            `json:"told"` // the shopper hears of it; not where the messenger's window is shut
	Outcome receipt.Outcome `json:"outcome,omitempty"`
	Reason  receipt.Reason  `json:"reason,omitempty"`
	Receipt int64           `json:"receipt,omitempty"`
}

// hold locks the conversation and its member.
func (d *Desk) hold(ctx context.Context, tx storage.Tx, by Doer) (conversation.Holding, error) {
	h, err := d.Door.HoldTx(ctx, tx, by.Conversation, by.Staff.ID)
	if err != nil {
		return h, err
	}
	h.Member, err = d.Members.HoldTx(ctx, tx, h.Member)
	return h, err
}

// say tells the shopper what was done.
func (d *Desk) say(ctx context.Context, tx storage.Tx, now time.Time, by Doer, lang, key string, args locales.Args) (told bool, err error) {
	err = d.Door.ReplyTx(ctx, tx, now, conversation.Reply{
		Conversation: by.Conversation, Staff: by.Staff.ID, Key: "act " + by.Key, Seen: conversation.SeenAll, Mark: d.Mark,
		Text: d.Texts.Printer(lang).Text("desk."+key, args),
	})
	if errors.Is(err, conversation.ErrWindowClosed) {
		return false, nil
	}
	return err == nil, err
}

// VerifyTx asks the tax service about a receipt of the shopper again. Another partner's is
// storage.ErrNotFound to who works for some.
func (d *Desk) VerifyTx(ctx context.Context, tx storage.Tx, now time.Time, by Doer, id int64) (Done, error) {
	h, err := d.hold(ctx, tx, by)
	if err != nil {
		return Done{}, err
	}
	seen, err := receipt.MaySee(ctx, tx, by.Staff, id)
	if err == nil && !seen {
		err = fmt.Errorf("receipt %d is another partner's: %w", id, storage.ErrNotFound)
	}
	if err != nil {
		return Done{}, err
	}
	r, err := d.Receipts.AgainTx(ctx, tx, now, receipt.Again{Key: by.submission(), Receipt: id, Member: h.Member, Subject: h.Subject, Staff: by.Staff.ID})
	if err != nil {
		return Done{}, err
	}
	return d.sayResult(ctx, tx, now, by, h.Lang, "verify", r)
}

// LinkTx takes a receipt in for the shopper by the text of its code.
func (d *Desk) LinkTx(ctx context.Context, tx storage.Tx, now time.Time, by Doer, text string) (Done, error) {
	h, err := d.hold(ctx, tx, by)
	if err != nil {
		return Done{}, err
	}
	r, err := d.Receipts.LinkTx(ctx, tx, now, receipt.Linking{Key: by.submission(), Text: text, Member: h.Member, Subject: h.Subject, Staff: by.Staff.ID})
	if err != nil {
		return Done{}, err
	}
	return d.sayResult(ctx, tx, now, by, h.Lang, "link", r)
}

// submission is the key of what an act sends in.
func (by Doer) submission() string {
	return fmt.Sprintf("desk/%d/%d/%s", by.Conversation, by.Staff.ID, by.Key)
}

// sayResult tells the shopper that their receipt is looked at. What came of one that is not
// is for the staff: they know how to say it.
func (d *Desk) sayResult(ctx context.Context, tx storage.Tx, now time.Time, by Doer, lang, key string, r receipt.Result) (done Done, err error) {
	done = Done{Outcome: r.Outcome, Reason: r.Reason, Receipt: r.Receipt}
	if r.Outcome == receipt.Taken || r.Own.State == receipt.Verified {
		done.Told, err = d.say(ctx, tx, now, by, lang, key, locales.Args{"sum": locales.Money(r.Sum)})
	}
	return done, err
}

// LimitError refuses a grant beyond what its giver may give.
type LimitError struct {
	Left int64 // that they may give this member today, minor units
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("only %d more may be given to this member today, in hundredths", e.Left)
}

// GrantTx gives the shopper bonuses that no receipt earned, in hundredths, within the limit
// of who gives them. The shopper reads the reason.
func (d *Desk) GrantTx(ctx context.Context, tx storage.Tx, now time.Time, by Doer, amount int64, reason string) (Done, error) {
	h, err := d.hold(ctx, tx, by)
	if err != nil {
		return Done{}, err
	}
	if err := within(ctx, tx, now, by.Staff, h.Member, amount); err != nil {
		return Done{}, err
	}
	given, err := d.TopUps.GiveTx(ctx, tx, topup.Gift{
		Key: by.submission(), Member: h.Member, Currency: ledger.Bonus, Amount: amount, Reason: reason, Staff: by.Staff.ID, At: now,
	})
	if err == nil && !given {
		err = staff.ErrKeyReused // its answer is forgotten, and the gift is not
	}
	if err != nil {
		return Done{}, err
	}
	told, err := d.say(ctx, tx, now, by, h.Lang, "grant", locales.Args{"points": locales.Points(amount), "reason": locales.Text(reason)})
	return Done{Told: told}, err
}

// within counts a grant against the limits of who may not give any amount. Who grants twice
// at once waits for themselves.
func within(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, member, amount int64) error {
	if by.May(staff.GivePoints) {
		return nil
	}
	if _, err := tx.Exec(ctx, qGrantLock, by.ID); err != nil {
		return fmt.Errorf("grants of staff %d: %w", by.ID, err)
	}
	given, err := storage.One[granted](ctx, tx, qGranted, by.ID, member, now.Add(-24*time.Hour))
	if err != nil {
		return fmt.Errorf("grants of staff %d: %w", by.ID, err)
	}
	if left := max(0, min(staff.GrantToOne-given.ToOne, staff.GrantInDay-given.InDay)); amount > left {
		return &LimitError{left}
	}
	if _, err := tx.Exec(ctx, qGrant, by.ID, member, amount, now); err != nil {
		return fmt.Errorf("grant of staff %d: %w", by.ID, err)
	}
	return nil
}

type granted struct {
	ToOne int64 `db:"to_one"`
	InDay int64 `db:"in_day"`
}

// TemplateTx says to the shopper what their messenger takes at any time, as it is approved.
func (d *Desk) TemplateTx(ctx context.Context, tx storage.Tx, now time.Time, by Doer, t *chat.Template) (Done, error) {
	err := d.Door.ReplyTx(ctx, tx, now, conversation.Reply{
		Conversation: by.Conversation, Staff: by.Staff.ID, Key: "template " + by.Key, Seen: conversation.SeenAll, Mark: d.Mark, Text: t.Text, Template: t,
	})
	return Done{Told: err == nil}, err
}
