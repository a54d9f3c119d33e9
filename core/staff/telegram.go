package staff

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// telegramCodeLife is how long a code waits for the person to show it to the bot.
const telegramCodeLife = 15 * time.Minute

// ErrUnknownCode is the answer to a code that is nobody's, or was used, or is too old.
var ErrUnknownCode = errors.New("unknown or expired code")

// TelegramCode makes the code by which a person proves to the staff's bot which number
// they have in Telegram. It is used once, within 15 minutes; one made before is worthless
// from now on. ErrUnknownPerson for whom does not work here.
func (s *Service) TelegramCode(ctx context.Context, now time.Time, by, id int64) (string, error) {
	raw := make([]byte, 24)
	rand.Read(raw) // never fails, see crypto/rand
	code := base64.RawURLEncoding.EncodeToString(raw)
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := storage.Value[int64](ctx, tx, qTelegramCode, id, hashToken(code), now.Add(telegramCodeLife)); err != nil {
			return err
		}
		return AuditTx(ctx, tx, now, Act{Staff: by, Act: "staff.telegram_code", Object: fmt.Sprintf("staff/%d", id)})
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return "", ErrUnknownPerson
	case err != nil:
		return "", fmt.Errorf("telegram code of staff %d: %w", id, err)
	}
	return code, nil
}

// LinkTelegramTx takes a code from the number user of Telegram: whatever that number, or
// that person, was linked to before, is no more. ErrUnknownCode when it is none.
func LinkTelegramTx(ctx context.Context, tx storage.Tx, now time.Time, code string, user int64) (Person, error) {
	id, err := storage.Value[int64](ctx, tx, qTelegramCodeUse, hashToken(code), now)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Person{}, ErrUnknownCode
	case err != nil:
		return Person{}, fmt.Errorf("use a telegram code: %w", err)
	}
	if _, err := tx.Exec(ctx, qTelegramUnlink, id, user); err != nil {
		return Person{}, fmt.Errorf("unlink telegram of staff %d: %w", id, err)
	}
	if _, err := tx.Exec(ctx, qTelegramLink, id, user, now); err != nil {
		return Person{}, fmt.Errorf("link telegram of staff %d: %w", id, err)
	}
	p, err := ByTelegram(ctx, tx, user)
	if err != nil {
		return p, err
	}
	return p, AuditTx(ctx, tx, now, Act{Staff: id, Act: "staff.telegram", Object: fmt.Sprintf("staff/%d", id)})
}

// ByTelegram finds who works here and has proved a number of Telegram, else
// ErrUnknownPerson.
func ByTelegram(ctx context.Context, q storage.Querier, user int64) (Person, error) {
	p, err := storage.One[Person](ctx, q, qByTelegram, user)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return p, ErrUnknownPerson
	case err != nil:
		return p, fmt.Errorf("find staff by telegram: %w", err)
	}
	return p, nil
}
