package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Desk is the channel of those whom a registrar took in: no messenger speaks it.
const Desk chat.Channel = "desk"

// EnrolTx is the member of a number that a registrar has on paper: whoever proved
// it, else a new member, registered from now on, whose subject has no conversation.
// The registrar's word is taken as the proof, so that the chat in which the number
// is proved later joins this member. born tells which it was; two registrars at once
// make one member. A text that is no number is ErrNotAPhone.
func (s *Service) EnrolTx(ctx context.Context, tx storage.Tx, now time.Time, number string) (who Subject, born bool, err error) {
	e164, err := E164(number)
	if err != nil {
		return Subject{}, false, err
	}
	if err := lockIdentity(ctx, tx); err != nil {
		return Subject{}, false, err
	}
	known, err := storage.Value[int64](ctx, tx, qMemberByPhone, s.phoneIndex(e164))
	if err == nil {
		return Subject{Member: known}, false, nil
	}
	if errors.Is(err, storage.ErrNotFound) {
		who, err = s.enrol(ctx, tx, now, e164)
	}
	if err != nil {
		return Subject{}, false, fmt.Errorf("enrol a member: %w", err)
	}
	return who, true, nil
}

type enrolledRow struct {
	ID     int64 `db:"id"`
	Member int64 `db:"member_id"`
}

func (s *Service) enrol(ctx context.Context, tx storage.Tx, now time.Time, e164 string) (Subject, error) {
	key, wrapped := s.keys.NewKey()
	row, err := storage.One[enrolledRow](ctx, tx, qEnrol, Desk, key.Seal(peerKind, []byte(e164)), wrapped, now)
	if err != nil {
		return Subject{}, err
	}
	_, err = tx.Exec(ctx, qPhoneVerify, row.ID, s.phoneIndex(e164), key.Seal(phoneKind, []byte(e164)), now, s.blockIndex(e164))
	return Subject{ID: row.ID, Member: row.Member, Key: key}, err
}
