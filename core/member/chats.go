package member

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Identity is one way in which a member is known: a chat of theirs, or the desk.
type Identity struct {
	Subject      int64        `db:"id"`
	Channel      chat.Channel `db:"channel"`
	Since        time.Time    `db:"created_at"`
	Conversation int64        `db:"conversation_id"` // 0: nothing is said there
	Erased       bool         `db:"erased"`          // its key is destroyed
}

// Identities are a member's, the oldest first.
func (s *Service) Identities(ctx context.Context, member int64) ([]Identity, error) {
	all, err := storage.Collect[Identity](ctx, s.db, qIdentities, member)
	if err != nil {
		return nil, fmt.Errorf("identities of member %d: %w", member, err)
	}
	return all, nil
}

// Plain is what a member is by, unmasked. Who reads it has to give a reason, for the audit
// log.
type Plain struct {
	Phones  []PlainPhone
	Answers map[string]string // by field of the profile
	Edits   []PlainEdit       // what the staff changed, the newest first
}

// PlainPhone is a number in full: +79991234567.
type PlainPhone struct {
	Number   string
	Verified bool
}

// Needs are why somebody of the staff may have to see a name or a phone.
var Needs = []string{"asked", "prize", "call", "law", "fraud"}

// Reveal reads what is masked everywhere else.
func (s *Service) Reveal(ctx context.Context, member int64) (p Plain, err error) {
	rows, err := storage.Collect[phoneRow](ctx, s.db, qPhones, member)
	if err != nil {
		return p, fmt.Errorf("phones of member %d: %w", member, err)
	}
	for _, r := range rows {
		number, err := s.open(r.WrappedKey, phoneKind, r.Sealed)
		if err != nil {
			return p, fmt.Errorf("phones of member %d: %w", member, err)
		}
		p.Phones = append(p.Phones, PlainPhone{number, r.Verified})
	}
	if p.Answers, err = s.AnswersOf(ctx, member); err != nil {
		return p, err
	}
	p.Edits, err = s.edits(ctx, member)
	return p, err
}

// NameOf is the name of a member, masked; "" when they told none to the fields.
func (s *Service) NameOf(ctx context.Context, member int64, fields []string) (string, error) {
	names, err := s.namesOf(ctx, []int64{member}, fields)
	if err != nil {
		return "", fmt.Errorf("name of member %d: %w", member, err)
	}
	return MaskName(names[member]), nil
}
