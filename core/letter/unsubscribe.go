package letter

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"besedka/core/consent"
	"besedka/storage"
)

// EndMark stands in the words of news where the address is to stand that ends such letters.
const EndMark = "{unsubscribe}"

// tokenBytes of a seal are more than anybody can try.
const tokenBytes = 15

// Token is what a link in a letter shows to end letters like it: it names the subject,
// and nobody without the master key can make one.
func (s *Service) Token(m consent.Medium, subject int64) string {
	return fmt.Sprintf("%s-%d-%s", m, subject, base64.RawURLEncoding.EncodeToString(s.tokenSeal(m, subject)))
}

func (s *Service) tokenSeal(m consent.Medium, subject int64) []byte {
	return s.Keys.Index("letter/unsubscribe/"+string(m), strconv.FormatInt(subject, 10))[:tokenBytes]
}

// readToken is whose token it is; false when it is nobody's.
func (s *Service) readToken(token string) (m consent.Medium, subject int64, ok bool) {
	medium, rest, _ := strings.Cut(token, "-")
	id, shown, _ := strings.Cut(rest, "-")
	subject, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return "", 0, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(shown)
	m = consent.Medium(medium)
	return m, subject, err == nil && hmac.Equal(sealed, s.tokenSeal(m, subject))
}

// Unsubscribe ends the letters of a token's medium to whoever its subject is by now. To do it
// again is no error; a token that is not ours is storage.ErrNotFound.
func (s *Service) Unsubscribe(ctx context.Context, now time.Time, token string) error {
	m, subject, ok := s.readToken(token)
	if !ok {
		return storage.ErrNotFound
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		member, err := storage.Value[int64](ctx, tx, qMemberHeld, subject)
		if err != nil {
			return err
		}
		return consent.SubscribeTx(ctx, tx, now, member, m, false)
	})
}
