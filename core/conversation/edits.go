package conversation

import (
	"context"
	"fmt"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// Whoever mends a message that has not had its turn yet is understood as they mean
// it now: the new words take the place of the old ones. Later the turn cannot be
// undone: the edit is a row of its own, and the bot says that it came too late. One
// that changes no words, a picture's frame or how it is set, is kept and not told.

// edits are what an arrival's edits may take the place of, by key.
type edits struct {
	by      map[string]*edited
	touched map[int64]bool // conversations with a row that was changed before its turn
}

// edited is a message that was received before.
type edited struct {
	inbox   int64
	key     seal.Key
	wake    Wake
	waiting bool // for its turn
	changed bool
}

// editsTx reads what is edited, after textsTx has locked the conversations.
func (s *Service) editsTx(ctx context.Context, tx storage.Tx, a Arrival, people []member.Subject) (*edits, error) {
	e := &edits{by: map[string]*edited{}, touched: map[int64]bool{}}
	keys, owner := []string{}, map[string]seal.Key{}
	for i, m := range a.Messages {
		if m.In.Edits != "" {
			k := editedKey(a.Account, people[i], m)
			keys, owner[k] = append(keys, k), people[i].Key
		}
	}
	if len(keys) == 0 {
		return e, nil
	}
	rows, err := storage.Collect[editedRow](ctx, tx, qEdited, keys)
	if err != nil {
		return e, fmt.Errorf("find what is edited: %w", err)
	}
	for _, r := range rows {
		one := &edited{inbox: r.Inbox, key: owner[r.Key], waiting: r.Waiting}
		if err := one.key.OpenJSON("inbox", r.Sealed, &one.wake); err != nil {
			return e, fmt.Errorf("edited inbox row %d: %w", r.Inbox, err)
		}
		e.by[r.Key] = one
	}
	return e, nil
}

type editedRow struct {
	Inbox   int64  `db:"id"`
	Key     string `db:"dedupe_key"`
	Sealed  []byte `db:"sealed"`
	Waiting bool   `db:"waiting"`
}

func editedKey(account string, p member.Subject, m Message) string {
	m.Key = m.In.Edits
	return inboxKey(account, p, m)
}

// place decides what becomes of the edit m of the message key. before are the
// messages that arrive with it.
func (e *edits) place(m *arrived, key string, before []*arrived, texts *talks) {
	m.state = "kept"
	if texts.known[m.wake.Key] {
		return
	}
	if texts.mend(m, key) || mend(before, key, m.wake.Chat) {
		return
	}
	old := e.by[key]
	switch {
	case old == nil || sameWords(old.wake.Chat, m.wake.Chat):
	case old.waiting:
		old.wake.Chat.Text, old.wake.Chat.Links, old.changed = m.wake.Chat.Text, m.wake.Chat.Links, true
		e.touched[m.conversation] = true
	default:
		m.state = "ready"
	}
}

func sameWords(a, b *chat.Inbound) bool { return a.Written() == b.Written() }

// mend changes a message that arrives with its edit.
func mend(before []*arrived, key string, to *chat.Inbound) bool {
	for _, m := range before {
		if (m.state == "ready" || m.state == "fetching") && m.mend(to, key) {
			return true
		}
	}
	return false
}

// mend changes a text that is held, or a piece of one, which may have more to come.
func (all *talks) mend(m *arrived, key string) bool {
	t := all.by[m.conversation]
	if t == nil || t.first == nil || !t.open && t.inbox == 0 || !t.first.mend(m.wake.Chat, key) {
		return false
	}
	t.first.wait(m.due)
	t.more = true
	return true
}

// mend changes what was written under key, if it is here.
func (r *arrived) mend(to *chat.Inbound, key string) bool {
	if r.wake.Key == key {
		r.wake.Chat.Text, r.wake.Chat.Links = to.Text, to.Links
		return true
	}
	for i, p := range r.wake.More {
		if p.Key == key {
			r.wake.More[i].Text, r.wake.More[i].Links = to.Text, to.Links
			return true
		}
	}
	return false
}

// queue adds the rows that were changed. A conversation is touched so that a turn
// which has the row's old words before it gives way, see runner.
func (e *edits) queue(b *storage.Batch) error {
	var ids, conversations []int64
	var sealed [][]byte
	for _, one := range e.by {
		if !one.changed {
			continue
		}
		words, err := one.key.SealJSON("inbox", one.wake)
		if err != nil {
			return err
		}
		ids, sealed = append(ids, one.inbox), append(sealed, words)
	}
	for id := range e.touched {
		conversations = append(conversations, id)
	}
	if len(ids) > 0 {
		b.Exec(qEditMend, ids, sealed, conversations)
	}
	return nil
}
