package conversation

import (
	"context"
	"errors"
	"fmt"

	"besedka/core/chat"
	"besedka/storage"
)

// SentAs is what went to a peer under a linked device's message id, as it stands
// in the chat now; false when nothing did, or nothing that may still be read.
func (s *Service) SentAs(ctx context.Context, of chat.Channel, peer, external string) (w chat.Wire, ok bool, err error) {
	who, err := s.members.Find(ctx, of, peer)
	if errors.Is(err, storage.ErrNotFound) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("find whom a message was sent to: %w", err)
	}
	sealed, err := storage.Value[[]byte](ctx, s.db, qSentAs, external, who.Conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("find a message by its id: %w", err)
	}
	w, err = openWire(who.Key, sealed)
	return w, err == nil, err
}
