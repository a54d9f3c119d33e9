package member

import (
	"context"
	"errors"
	"fmt"

	"besedka/storage"
)

// Reach is where a member is written to past the chats.
type Reach struct {
	Subject int64  // under whose key the address is kept
	To      string // +79991234567, or an address of e-mail
	Lang    string // that they speak
}

type reachRow struct {
	Subject    int64   `db:"subject_id"`
	Sealed     []byte  `db:"sealed"`
	Plain      *string `db:"plain"`
	WrappedKey []byte  `db:"wrapped_key"`
	Lang       string  `db:"lang"`
}

// PhoneOf is the number that a member proved last; storage.ErrNotFound when they proved
// none. A typed one may be a stranger's.
func (s *Service) PhoneOf(ctx context.Context, q storage.Querier, member int64) (Reach, error) {
	row, err := storage.One[reachRow](ctx, q, qReachPhone, member)
	if err != nil {
		return Reach{}, reachError(member, err)
	}
	to, err := s.open(row.WrappedKey, phoneKind, row.Sealed)
	return Reach{row.Subject, to, row.Lang}, err
}

// AddressOf is what a member answered to a field of the profile that holds an address of
// e-mail; storage.ErrNotFound when they did not.
func (s *Service) AddressOf(ctx context.Context, q storage.Querier, member int64, field string) (Reach, error) {
	row, err := storage.One[reachRow](ctx, q, qReachAnswer, member, field)
	if err != nil {
		return Reach{}, reachError(member, err)
	}
	if row.Plain != nil {
		return Reach{row.Subject, *row.Plain, row.Lang}, nil
	}
	to, err := s.open(row.WrappedKey, answerKind(field), row.Sealed)
	return Reach{row.Subject, to, row.Lang}, err
}

func reachError(member int64, err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return storage.ErrNotFound
	}
	return fmt.Errorf("where member %d is written to: %w", member, err)
}
