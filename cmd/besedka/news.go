package main

import (
	"context"
	"errors"
	"time"

	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/letter"
	"besedka/core/member"
	"besedka/flows"
	"besedka/storage"
)

// herald brings members news that they did not ask for: to their chat, by SMS and by
// e-mail, wherever they want it and the programme has words for it.
type herald struct {
	door      *conversation.Service
	letters   *letter.Service
	members   *member.Service
	programme func() *flows.Programme
}

// herald is the app's.
func (a *app) herald() herald { return herald{a.door, a.letters, a.members, a.programme} }

// news is one event of a member's.
type news struct {
	Member int64
	Key    string // told once in each medium
	Event  string
	Args   map[string]expr.Value
}

// TellTx tells n with what it tells of, or not at all.
func (h herald) TellTx(ctx context.Context, tx storage.Tx, now time.Time, n news) error {
	may, err := consent.MayWrite(ctx, tx, n.Member, consent.Chat)
	if err != nil {
		return err
	}
	if may {
		to := conversation.Recipient{Member: n.Member}
		if err := h.door.NotifyTx(ctx, tx, now, to, n.Key, conversation.Event{Name: n.Event, Args: n.Args, Low: true}); err != nil {
			return err
		}
	}
	words := h.programme().Letters[n.Event]
	if words.SMS != nil {
		if err := h.write(ctx, tx, now, n, consent.SMS, words); err != nil {
			return err
		}
	}
	if words.Text != nil {
		return h.write(ctx, tx, now, n, consent.Email, words)
	}
	return nil
}

// write queues one letter to a member who wants it and whose address is known.
func (h herald) write(ctx context.Context, tx storage.Tx, now time.Time, n news, m consent.Medium, words flows.LetterTo) error {
	if may, err := consent.MayWrite(ctx, tx, n.Member, m); err != nil || !may {
		return err
	}
	to, err := h.reach(ctx, tx, n.Member, m)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p := h.programme()
	l := letter.Letter{Key: n.Key + "/" + string(m), Medium: m, To: to.To, Subject: to.Subject, Unasked: true, Text: words.SMS.In(p, to.Lang, n.Args)}
	if m == consent.Email {
		l.Title, l.Text = words.Title.In(p, to.Lang, n.Args), words.Text.In(p, to.Lang, n.Args)
	}
	return h.letters.QueueTx(ctx, tx, now, l)
}

func (h herald) reach(ctx context.Context, q storage.Querier, id int64, m consent.Medium) (member.Reach, error) {
	if m == consent.SMS {
		return h.members.PhoneOf(ctx, q, id)
	}
	field := h.programme().EmailField()
	if field == "" {
		return member.Reach{}, storage.ErrNotFound
	}
	return h.members.AddressOf(ctx, q, id, field)
}
