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
// is proved later joins this member. A number idle for Recycled is taken from its holder
// for a new member, as in a chat, and staff are asked about the two. born tells which it was; two registrars at once
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
		return s.meetAgain(ctx, tx, now, known, e164)
	}
	if errors.Is(err, storage.ErrNotFound) {
		who, err = s.enrol(ctx, tx, now, 0, e164)
	}
	if err != nil {
		return Subject{}, false, fmt.Errorf("enrol a member: %w", err)
	}
	return who, true, nil
}

// meetAgain is the holder of a number, or a new member when the holder was not heard of
// for so long that the number may be somebody else's: points are credited at once here.
func (s *Service) meetAgain(ctx context.Context, tx storage.Tx, now time.Time, holder int64, e164 string) (who Subject, born bool, err error) {
	idle, err := storage.Value[bool](ctx, tx, qIdle, holder, now.Add(-Recycled))
	if err == nil && !idle {
		return Subject{Member: holder}, false, nil
	}
	if err == nil {
		who, err = s.enrol(ctx, tx, now, holder, e164)
	}
	if err != nil {
		return Subject{}, false, fmt.Errorf("meet member %d at a desk: %w", holder, err)
	}
	return who, true, nil
}

type enrolledRow struct {
	ID     int64 `db:"id"`
	Member int64 `db:"member_id"`
}

// enrol makes a member of a number, which it takes from its holder if there is one.
func (s *Service) enrol(ctx context.Context, tx storage.Tx, now time.Time, holder int64, e164 string) (Subject, error) {
	key, wrapped := s.keys.NewKey()
	row, err := storage.One[enrolledRow](ctx, tx, qEnrol, Desk, key.Seal(peerKind, []byte(e164)), wrapped, now)
	if err != nil {
		return Subject{}, err
	}
	if holder != 0 {
		if err := takeOver(ctx, tx, now, holder, row.Member, s.phoneIndex(e164)); err != nil {
			return Subject{}, err
		}
	}
	_, err = tx.Exec(ctx, qPhoneVerify, row.ID, s.phoneIndex(e164), key.Seal(phoneKind, []byte(e164)), now, s.blockIndex(e164))
	return Subject{ID: row.ID, Member: row.Member, Key: key}, err
}
