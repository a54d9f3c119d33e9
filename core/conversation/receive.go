package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// Arrival is what one read of a messenger brought.
type Arrival struct {
	Channel  chat.Channel
	Account  string // one bot or number: telegram/123
	Messages []Message
	Statuses []Status
	Renames  []member.Rename
	Poison   []Poison
	Cursor   string // where the next read begins; "" when the messenger remembers itself
}

// Message is one thing one peer did. Key is unique among the peer's own in the
// account and makes a second delivery harmless.
type Message struct {
	Key   string
	Peer  string
	Alias string // another id of the same person today, "" = none
	At    time.Time
	In    chat.Inbound
}

// Poison is an update nobody could decode.
type Poison struct {
	Key    string
	Raw    []byte
	Reason string
}

// Receive stores an arrival in one transaction: peers become subjects,
// messages become inbox rows, poison is put aside. New ids before them and statuses
// after them are written in transactions of their own. Only when it returns nil may
// the messenger be told that its updates were received; all of it may be told again.
func (s *Service) Receive(ctx context.Context, now time.Time, a Arrival) error {
	if err := s.rename(ctx, now, a); err != nil {
		return err
	}
	people, err := s.receive(ctx, now, a)
	if errors.Is(err, storage.ErrMoved) { // others received the same at the same moment: by now it is seen
		people, err = s.receive(ctx, now, a)
	}
	if err != nil {
		return fmt.Errorf("receive %d messages of %s: %w", len(a.Messages), a.Account, err)
	}
	freed, err := s.settled(ctx, now, a)
	if err != nil {
		return err
	}
	s.wake.Turns()
	s.wake.heard(people)
	if freed || chat.CapsOf(a.Channel).Window > 0 {
		s.wake.Sends(a.Channel)
	}
	return nil
}

// rename is told of new ids before anybody writes under them.
func (s *Service) rename(ctx context.Context, now time.Time, a Arrival) error {
	for _, r := range a.Renames {
		err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
			return s.members.RenameTx(ctx, tx, now, a.Channel, r)
		})
		if err != nil {
			return fmt.Errorf("rename a person of %s: %w", a.Account, err)
		}
	}
	return nil
}

func (s *Service) settled(ctx context.Context, now time.Time, a Arrival) (freed bool, err error) {
	if len(a.Statuses) == 0 {
		return false, nil
	}
	return s.settle(ctx, now, a.Channel, a.Statuses)
}

func (s *Service) receive(ctx context.Context, now time.Time, a Arrival) (people []member.Subject, err error) {
	var load storage.Batch
	peers := s.members.Names(&load, a.Channel, namesOf(a.Messages))
	err = s.db.InTwoTrips(ctx, &load, func(ctx context.Context, tx storage.Tx, apply *storage.Batch) error {
		if people, err = peers.SubjectsTx(ctx, tx, now); err != nil {
			return err
		}
		texts, err := s.textsTx(ctx, tx, a, people)
		if err != nil {
			return err
		}
		edits, err := s.editsTx(ctx, tx, a, people)
		if err != nil {
			return err
		}
		return s.queueArrival(apply, now, a, people, texts, edits)
	})
	return people, err
}

func (s *Service) queueArrival(b *storage.Batch, now time.Time, a Arrival, people []member.Subject, texts *talks, edits *edits) error {
	list := make([]*arrived, len(a.Messages))
	for i, m := range a.Messages {
		list[i] = newArrived(people[i], a.Account, m, now)
		if m.In.Edits != "" {
			edits.place(list[i], editedKey(a.Account, people[i], m), list[:i], texts)
		} else {
			texts.place(list[i], now)
		}
	}
	var rows inboxRows
	for _, r := range list {
		if err := rows.add(r.conversation, r.key, r.wake, r.state, r.at, r.due); err != nil {
			return err
		}
	}
	rows.fresh = texts.fresh
	rows.queue(b, a.Channel == chat.Webchat)
	openWindows(b, a.Channel, list)
	s.queuePoison(b, now, a)
	if err := edits.queue(b); err != nil {
		return err
	}
	queueCursor(b, a)
	return texts.queue(b)
}

func namesOf(ms []Message) []member.Name {
	names := make([]member.Name, len(ms))
	for i, m := range ms {
		names[i] = member.Name{Peer: m.Peer, Alias: m.Alias}
	}
	return names
}

func (s *Service) queuePoison(b *storage.Batch, now time.Time, a Arrival) {
	for _, p := range a.Poison {
		b.Exec(qQuarantine, a.Account, plainKey(p.Key), s.keys.Seal("quarantine", p.Raw), p.Reason, now)
	}
}

// inboxRows gathers inbox rows column by column for one insert.
type inboxRows struct {
	conversations []int64
	kinds         []string
	keys          []string
	states        []string
	sealed        [][]byte
	received, due []time.Time
	fresh         []string // keys that must not have come before
}

// arrived is a message on its way to its row.
type arrived struct {
	conversation int64
	key          seal.Key
	wake         Wake
	state        string
	at, due      time.Time
}

func newArrived(p member.Subject, account string, m Message, now time.Time) *arrived {
	m.In = storable(m.In)
	r := &arrived{conversation: p.Conversation, key: p.Key, state: "ready", at: m.At, due: now}
	switch {
	case m.In.Quiet():
		r.state = "kept"
	case remote(m.In) != "":
		r.state = "fetching"
	}
	if r.at.IsZero() || r.at.After(now) {
		r.at = now
	}
	r.wake = Wake{Key: inboxKey(account, p, m), Chat: &m.In}
	return r
}

// maxSaid bounds what is kept of a text, in bytes. Messengers take some 4,000 signs, WhatsApp
// 65,536: what is longer is no letter, and everybody who looks at the talk would be sent it.
const maxSaid = 128 << 10

// storable leaves out of what a person said the one sign that PostgreSQL keeps in no text:
// a turn that saves it would fail, and those beside it. Of what is too long the beginning stays.
func storable(in chat.Inbound) chat.Inbound {
	for _, said := range []*string{&in.Text, &in.Links, &in.Tap, &in.Start} {
		*said = begin(strings.ReplaceAll(*said, "\x00", ""))
	}
	return in
}

// begin is as much of a text as maxSaid takes, no sign cut through.
func begin(text string) string {
	if len(text) <= maxSaid {
		return text
	}
	return strings.ToValidUTF8(text[:maxSaid], "") + "…"
}

// remote is the handle of what has to be fetched before the turn.
func remote(in chat.Inbound) string {
	switch {
	case in.Photo != nil:
		return in.Photo.Remote
	case in.File != nil:
		return in.File.Remote
	}
	return ""
}

func inboxKey(account string, p member.Subject, m Message) string {
	return fmt.Sprintf("%s/%d/%s", account, p.Conversation, plainKey(m.Key))
}

// maxKey bounds what is kept of a key as it is; an index takes no more than some 2 kB.
const maxKey = 512

// plainKey is a key as PostgreSQL takes it: people have a say in some (a link's payload, a
// message's id), and one that cannot be written would stop all that comes after it.
func plainKey(key string) string {
	if len(key) <= maxKey && utf8.ValidString(key) && !strings.Contains(key, "\x00") {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func (r *inboxRows) add(conversation int64, key seal.Key, w Wake, state string, at, due time.Time) error {
	sealed, err := key.SealJSON("inbox", w)
	if err != nil {
		return err
	}
	r.conversations = append(r.conversations, conversation)
	r.kinds = append(r.kinds, w.kind())
	r.keys = append(r.keys, w.Key)
	r.states = append(r.states, state)
	r.sealed = append(r.sealed, sealed)
	r.received = append(r.received, at)
	r.due = append(r.due, due)
	return nil
}

func (r *inboxRows) queue(b *storage.Batch, lines bool) {
	if len(r.keys) == 0 {
		return
	}
	b.Exec(qInboxInsert, r.conversations, r.kinds, r.keys, r.states, r.sealed, r.received, r.due, lines, r.fresh)
}
