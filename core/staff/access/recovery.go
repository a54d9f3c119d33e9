package access

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// recoveryCodes is how many codes for bad days a person has, each used once in place of
// the app's.
const recoveryCodes = 10

// newCode is 50 random bits for a person to copy, as twice five letters and digits.
func newCode() string {
	var raw [7]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:])
	return text[:5] + "-" + text[5:10]
}

// codeIndex is what is kept of a code. It takes the master key: all codes there are can
// be tried on a plain hash.
func (s *Service) codeIndex(person int64, code string) []byte {
	letters := strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(code))
	return s.keys.Index("staff recovery", strconv.FormatInt(person, 10)+"/"+letters)
}

// renewCodes makes new codes for a person; those before end.
func (s *Service) renewCodes(ctx context.Context, tx storage.Tx, now time.Time, person int64) ([]string, error) {
	codes := make([]string, recoveryCodes)
	kept := make([][]byte, recoveryCodes)
	for i := range codes {
		codes[i] = newCode()
		kept[i] = s.codeIndex(person, codes[i])
	}
	if err := lockPerson(ctx, tx, person); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, qRecoveryDrop, person); err != nil {
		return nil, fmt.Errorf("drop recovery codes: %w", err)
	}
	if _, err := tx.Exec(ctx, qRecoveryKeep, kept, person, now); err != nil {
		return nil, fmt.Errorf("keep recovery codes: %w", err)
	}
	return codes, nil
}

// RenewCodes makes new codes for a person who has a password; those before end.
func (s *Service) RenewCodes(ctx context.Context, now time.Time, person int64) (codes []string, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if codes, err = s.renewCodes(ctx, tx, now, person); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, now, staff.Act{Staff: person, Act: "staff.recovery_renew", Object: fmt.Sprintf("staff/%d", person)})
	})
	return codes, err
}

// Second is what a person has beside passkeys.
type Second struct {
	Login string `db:"login"` // "" for no password
	Codes int64  `db:"codes"` // for bad days, that are left
}

// Second tells a person's name to sign in with, and how many codes are left.
func (s *Service) Second(ctx context.Context, person int64) (Second, error) {
	got, err := storage.One[Second](ctx, s.db, qSecond, person)
	if err != nil {
		return Second{}, fmt.Errorf("read password: %w", err)
	}
	return got, nil
}

func (s *Service) useRecovery(ctx context.Context, tx storage.Tx, now time.Time, person int64, code string) error {
	tag, err := tx.Exec(ctx, qRecoveryUse, s.codeIndex(person, code), person, now)
	if err != nil {
		return fmt.Errorf("use recovery code: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrRefused
	}
	return nil
}
