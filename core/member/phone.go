package member

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"besedka/storage"
)

// homeRegion is whose numbers people write without a country code.
const homeRegion = "RU"

// ErrNotAPhone is the answer to a text that cannot be a telephone number.
var ErrNotAPhone = errors.New("not a telephone number")

// E164 is a telephone number as the whole world writes it: +79991234567. It
// asks whether the number is possible, not whether its operator exists: tables
// of operators age.
func E164(text string) (string, error) {
	n, err := phonenumbers.Parse(text, homeRegion)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", ErrNotAPhone
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// Phone is a number as staff may see it.
type Phone struct {
	Masked   string // +79•••••4567
	Verified bool
}

// Owner is whom a proof of identity leaves in charge. Joined says that it made
// two members one.
type Owner struct {
	Member int64
	Joined bool
}

// ClaimPhoneTx keeps a number that a person typed. It joins nothing, finds
// nobody and reveals nothing to who typed it, not even whether anybody else has it;
// staff may look whether the two are one person (Pairs). A member has one claim at a
// time.
func (s *Service) ClaimPhoneTx(ctx context.Context, tx storage.Tx, now time.Time, subject Subject, number string) error {
	e164, err := E164(number)
	if err != nil {
		return err
	}
	index := s.phoneIndex(e164)
	var b storage.Batch
	b.Exec(qPhoneClaimsForget, subject.ID, index)
	b.Exec(qPhoneClaim, subject.ID, index, subject.Key.Seal(phoneKind, []byte(e164)), now)
	b.Exec(qPairClaim, subject.ID, index, now, pairsOfMember)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("claim a phone for subject %d: %w", subject.ID, err)
	}
	return nil
}

// VerifyPhoneTx keeps a number that the messenger proves to be the sender's
// own. When another member has proved the same number, one person has shown
// control of both chats, and the two are joined; unless the number seems to have
// changed hands, see Recycled: then it is today's owner's, the other one keeps
// everything but the number, and staff are asked (Pairs).
func (s *Service) VerifyPhoneTx(ctx context.Context, tx storage.Tx, now time.Time, subject Subject, number string) (Owner, error) {
	e164, err := E164(number)
	if err != nil {
		return Owner{}, err
	}
	owner, err := s.verifyPhone(ctx, tx, now, subject, e164)
	if err != nil {
		return Owner{}, fmt.Errorf("verify a phone of subject %d: %w", subject.ID, err)
	}
	return owner, nil
}

func (s *Service) verifyPhone(ctx context.Context, tx storage.Tx, now time.Time, subject Subject, e164 string) (Owner, error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return Owner{}, err
	}
	index := s.phoneIndex(e164)
	me, err := storage.Value[int64](ctx, tx, qMemberOfSubject, subject.ID)
	if err != nil {
		return Owner{}, err
	}
	owner := Owner{Member: me}
	holder, err := storage.Value[int64](ctx, tx, qMemberByPhone, index)
	switch {
	case errors.Is(err, storage.ErrNotFound):
	case err != nil:
		return Owner{}, err
	case holder != me:
		another, err := another(ctx, tx, now, holder, subject.ID, index)
		if err != nil {
			return Owner{}, err
		}
		if another {
			if err := takeOver(ctx, tx, now, holder, me, index); err != nil {
				return Owner{}, err
			}
			break
		}
		into, err := s.MergeTx(ctx, tx, now, me, holder, "phone")
		if err != nil {
			return Owner{}, err
		}
		owner = Owner{Member: into, Joined: true}
	}
	_, err = tx.Exec(ctx, qPhoneVerify, subject.ID, index, subject.Key.Seal(phoneKind, []byte(e164)), now, s.blockIndex(e164))
	return owner, err
}

const phoneKind = "phone"

func (s *Service) phoneIndex(e164 string) []byte { return s.keys.Index(phoneKind, e164) }

// blockIndex is the blind index of the hundred numbers that one is of: who buys SIM
// cards by the box gets them in a row (core/fraud).
func (s *Service) blockIndex(e164 string) []byte {
	return s.keys.Index(phoneKind+"/block", e164[:len(e164)-2])
}

type phoneRow struct {
	Sealed     []byte `db:"sealed"`
	WrappedKey []byte `db:"wrapped_key"`
	Verified   bool   `db:"verified"`
}

func (s *Service) phones(ctx context.Context, member int64) ([]Phone, error) {
	rows, err := storage.Collect[phoneRow](ctx, s.db, qPhones, member)
	if err != nil {
		return nil, err
	}
	phones := make([]Phone, len(rows))
	for i, r := range rows {
		e164, err := s.open(r.WrappedKey, phoneKind, r.Sealed)
		if err != nil {
			return nil, err
		}
		phones[i] = Phone{Masked: Mask(e164), Verified: r.Verified}
	}
	return phones, nil
}

// Mask leaves of an E.164 number the country and the last four digits, by which a person
// recognises their own. Such numbers have at least seven digits; of anything shorter
// nothing is shown.
func Mask(e164 string) string {
	const head, tail = 3, 4
	if len(e164) < head+tail {
		return ""
	}
	return e164[:head] + strings.Repeat("•", len(e164)-head-tail) + e164[len(e164)-tail:]
}
