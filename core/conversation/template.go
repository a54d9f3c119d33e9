package conversation

import (
	"context"
	"fmt"

	"besedka/core/consent"
	"besedka/storage"
)

// MayAdvertise says whether the person of a conversation may be sent advertising now.
func (s *Service) MayAdvertise(ctx context.Context, conversation int64) (bool, error) {
	member, err := storage.Value[int64](ctx, s.db, qAgreedToAdvertising, conversation)
	if err != nil {
		return false, fmt.Errorf("consent of conversation %d: %w", conversation, err)
	}
	if member == 0 {
		return false, nil
	}
	return consent.MayWrite(ctx, s.db, member, consent.Chat)
}

// markTemplates keeps which messages went as their templates, whatever the messenger has
// told of them meanwhile: people read back what the person read.
func markTemplates(ctx context.Context, q storage.Querier, marks []Mark) error {
	var ids []int64
	for _, m := range marks {
		if m.Template {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := q.Exec(ctx, qSentAsTemplate, ids)
	return err
}
