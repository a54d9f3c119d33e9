package conversation

import (
	"context"
	"errors"
	"fmt"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/storage"
)

// ErrUnheard is when nobody can tell yet: what the person said last has had no turn.
var ErrUnheard = errors.New("what they said last is still to be heard")

// MayAdvertise says whether the person of a conversation may be sent advertising now.
func (s *Service) MayAdvertise(ctx context.Context, conversation int64) (bool, error) {
	row, err := storage.One[agreedRow](ctx, s.db, qAgreedToAdvertising, conversation)
	switch {
	case err != nil:
		return false, fmt.Errorf("consent of conversation %d: %w", conversation, err)
	case row.Unheard:
		return false, ErrUnheard
	case row.Member == 0:
		return false, nil
	}
	return consent.MayWrite(ctx, s.db, row.Member, consent.Chat)
}

type agreedRow struct {
	Member  int64 `db:"member"`
	Unheard bool  `db:"unheard"`
}

// markTemplates keeps which messages went as their templates: people read back what the
// person read.
func markTemplates(b *storage.Batch, of chat.Channel, marks []Mark) {
	var all, ids []int64
	var externals []string
	for _, m := range marks {
		all = append(all, m.ID)
		if m.Template {
			ids, externals = append(ids, m.ID), append(externals, m.External)
		}
	}
	if len(ids) > 0 {
		b.Exec(qStatusLanes, all, string(of)) // of all marks: in one order
		b.Exec(qSentAsTemplate, ids, externals)
	}
}
