package conversation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// People write one thought in several messages. While a question waits for an
// answer in words, a text is held until Pause has gone by without another one, at
// most for LongestHold, and MaxPieces of them are heard as one. Whatever else comes
// lets it go at once.
const (
	Pause       = 1200 * time.Millisecond
	LongestHold = 5 * time.Second
	MaxPieces   = 10
)

// apart is how far from each other, by the messenger's whole seconds, two texts
// may have been written that arrive together. What was written during an outage is
// not one thought.
const apart = Pause + time.Second

// Piece is a text that goes on with the one before it. It has a row of its own
// too, which is done with the first one's.
type Piece struct {
	Key  string `json:"key,omitempty"` // of its row
	Text string `json:"text"`
	At   int64  `json:"at"` // unix milliseconds

	Links string `json:"links,omitempty"` // as chat.Inbound.Links
}

// Heard is what the person did, in all its pieces, a line each.
func (w Wake) Heard() *chat.Inbound {
	if len(w.More) == 0 {
		return w.Chat
	}
	texts, links := []string{w.Chat.Text}, []string{w.Chat.Links}
	for _, p := range w.More {
		texts, links = append(texts, p.Text), append(links, p.Links)
	}
	whole := *w.Chat
	whole.Text, whole.Links = strings.Join(texts, "\n"), strings.TrimSpace(strings.Join(links, "\n"))
	return &whole
}

// talk is one conversation whose question takes any text, under its lock.
type talk struct {
	id    int64
	key   seal.Key
	takes bool     // a text may be held
	open  bool     // one is, and may go on
	first *arrived // that one; it may have been let go since
	inbox int64    // its row, 0 when it comes with this arrival
	more  bool     // it has got more pieces
}

// talks are the conversations of an arrival whose question takes any text.
type talks struct {
	by    map[int64]*talk
	known map[string]bool // keys that were received before
	fresh []string        // keys that must not have been
}

// textsTx locks and reads the conversations of an arrival whose question takes any
// text; of all others it asks nothing.
func (s *Service) textsTx(ctx context.Context, tx storage.Tx, a Arrival, people []member.Subject) (*talks, error) {
	t := &talks{by: map[int64]*talk{}, known: map[string]bool{}}
	var ids []int64
	var keys []string
	for i, p := range people {
		if !p.TakesText && a.Messages[i].In.Edits == "" {
			continue
		}
		keys = append(keys, inboxKey(a.Account, p, a.Messages[i]))
		if t.by[p.Conversation] == nil {
			t.by[p.Conversation] = &talk{id: p.Conversation, key: p.Key}
			ids = append(ids, p.Conversation)
		}
	}
	if len(ids) == 0 {
		return t, nil
	}
	var load storage.Batch
	load.Exec(qTextsLock, ids)
	rows := storage.Queue[textRow](&load, qTexts, ids)
	known := storage.Queue[keyRow](&load, qTextsKnown, keys)
	if err := load.Send(ctx, tx); err != nil {
		return t, fmt.Errorf("find texts that are held: %w", err)
	}
	for _, k := range *known {
		t.known[k.Key] = true
	}
	for _, r := range *rows {
		if err := t.by[r.Conversation].load(r); err != nil {
			return t, fmt.Errorf("text of inbox row %d: %w", r.Inbox, err)
		}
	}
	return t, nil
}

type keyRow struct {
	Key string `db:"key"`
}

type textRow struct {
	Conversation int64     `db:"id"`
	TakesText    bool      `db:"takes_text"`
	Inbox        int64     `db:"inbox_id"`
	Sealed       []byte    `db:"sealed"`
	ReceivedAt   time.Time `db:"received_at"`
}

func (t *talk) load(r textRow) error {
	t.takes = r.TakesText
	if r.Inbox == 0 {
		return nil
	}
	t.open, t.inbox, t.first = true, r.Inbox, &arrived{conversation: t.id, key: t.key, at: r.ReceivedAt}
	return t.key.OpenJSON("inbox", r.Sealed, &t.first.wake)
}

// place decides what becomes of a message: it is held, belongs to the text that is
// held, or stands for itself.
func (all *talks) place(m *arrived, now time.Time) {
	t := all.by[m.conversation]
	if t == nil || all.known[m.wake.Key] || m.wake.Chat.Quiet() {
		return
	}
	all.known[m.wake.Key] = true // it may come twice in one arrival
	switch {
	case t.open && plain(m.wake.Chat) && t.first.goesOn(m, now):
		t.first.append(m, now)
		m.state, t.more = "joined", true
	case !t.open && t.takes && plain(m.wake.Chat):
		m.state, m.due, m.wake.Until = "held", now.Add(Pause), now.Add(LongestHold).UnixMilli()
		t.first, t.open = m, true
	default:
		t.letGo()
		return
	}
	all.fresh = append(all.fresh, m.wake.Key)
}

// plain says whether it is a text and nothing else; a command is not one.
func plain(in *chat.Inbound) bool {
	return in.Text != "" && !strings.HasPrefix(in.Text, "/") && in.Tap == "" && in.Start == "" &&
		in.Photo == nil && in.File == nil && in.Contact == nil && in.Location == nil && !in.Blocked
}

// goesOn says whether m is one more piece of the text.
func (r *arrived) goesOn(m *arrived, now time.Time) bool {
	last := r.at
	if n := len(r.wake.More); n > 0 {
		last = time.UnixMilli(r.wake.More[n-1].At)
	}
	return len(r.wake.More)+1 < MaxPieces && now.UnixMilli() < r.wake.Until && m.at.Sub(last).Abs() <= apart
}

func (r *arrived) append(m *arrived, now time.Time) {
	r.wake.More = append(r.wake.More, Piece{Key: m.wake.Key, Text: m.wake.Chat.Text, At: m.at.UnixMilli(), Links: m.wake.Chat.Links})
	r.wait(now)
}

// wait holds the text for what may follow.
func (r *arrived) wait(now time.Time) {
	r.due = now.Add(Pause)
	if until := time.UnixMilli(r.wake.Until); until.Before(r.due) {
		r.due = until
	}
}

// letGo ends the hold. What else comes in this arrival stands for itself: nobody
// knows yet what it is asked.
func (t *talk) letGo() {
	if t.open && t.inbox == 0 {
		t.first.state = "ready"
	}
	t.takes, t.open = false, false
}

// queue adds what becomes of texts that were held before.
func (all *talks) queue(b *storage.Batch) error {
	var ids, goes []int64
	var sealed [][]byte
	var due []time.Time
	for _, t := range all.by {
		if t.inbox != 0 && t.more {
			text, err := t.first.key.SealJSON("inbox", t.first.wake)
			if err != nil {
				return err
			}
			ids, sealed, due = append(ids, t.inbox), append(sealed, text), append(due, t.first.due)
		}
		if t.inbox != 0 && !t.open {
			goes = append(goes, t.inbox)
		}
	}
	if len(ids) > 0 {
		b.Exec(qTextJoin, ids, sealed, due)
	}
	if len(goes) > 0 {
		b.Exec(qTextLetGo, goes)
	}
	return nil
}

// textsPerStep bounds one step of the loop that lets held texts go.
const textsPerStep = 256

// TextStep lets go the texts that nothing followed.
func (s *Service) TextStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	gone, err := s.db.Exec(ctx, qTextsDue, now, textsPerStep)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("let held texts go: %w", err)
	}
	if worked = gone.RowsAffected() > 0; worked {
		s.wake.Turns()
	}
	next, err = storage.Earliest(ctx, s.db, qTextsNext)
	return worked, next, err
}
