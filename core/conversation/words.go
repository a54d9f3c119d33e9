package conversation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"besedka/core/seal"
	"besedka/storage"
)

// Words are those of one message: of the person's with the number inbox, or else of what
// the staff said under a key. known is false when it is kept no more, or nobody can read
// it since its person was forgotten.
func (s *Service) Words(ctx context.Context, conversation, inbox int64, said string) (text string, known bool, err error) {
	rows, err := storage.Collect[saidRow](ctx, s.db, qWords, conversation, inbox, said)
	if err != nil {
		return "", false, fmt.Errorf("read a message of conversation %d: %w", conversation, err)
	}
	var parts []string
	for _, r := range rows {
		part, err := s.words(r)
		if errors.Is(err, seal.ErrErased) {
			return "", false, nil
		}
		if err != nil {
			return "", false, fmt.Errorf("read a message of conversation %d: %w", conversation, err)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n"), len(parts) > 0, nil
}

func (s *Service) words(r saidRow) (string, error) {
	if r.Outbox != nil {
		key, err := s.keys.Unwrap(r.WrappedKey)
		if err != nil {
			return "", err
		}
		wire, err := openWire(key, r.Outbox)
		return wire.Text, err
	}
	_, w, err := s.openWake(r.WrappedKey, r.Inbox)
	if err != nil || w.Chat == nil {
		return "", err
	}
	return w.Chat.Written(), nil
}

type saidRow struct {
	Inbox      []byte `db:"inbox"`
	Outbox     []byte `db:"outbox"`
	WrappedKey []byte `db:"wrapped_key"`
}
