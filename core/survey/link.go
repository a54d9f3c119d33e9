package survey

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"besedka/storage"
)

// Sign makes the secret part of a link by which a member's survey can be answered
// by whoever has it, until an instant (in whole hours, rounded up). It names a
// member's number and nothing that is known of them, and fits the payload of a
// messenger's link: at most 43 letters, digits, - and _.
func (s *Service) Sign(survey string, member int64, until time.Time) string {
	hours := (until.Unix() + 3599) / 3600
	terms := strconv.FormatInt(member, 36) + "_" + strconv.FormatInt(hours, 36)
	return terms + "_" + s.sign(survey, terms)
}

const signBytes = 16 // of the MAC: nobody guesses 128 bits

// sign is a MAC by a key that comes from the master key.
func (s *Service) sign(survey, terms string) string {
	mac := s.Keys.Index("survey link", survey+"\x00"+terms)
	return base64.RawURLEncoding.EncodeToString(mac[:signBytes])
}

// ErrLink is the answer to a link that is too old, forged, or of somebody who was
// erased.
var ErrLink = errors.New("the link is not good")

// MeantTx is the member a link was made for, who may be another one by now.
func (s *Service) MeantTx(ctx context.Context, tx storage.Tx, now time.Time, survey, link string) (int64, error) {
	member, ok := s.read(now, survey, link)
	if !ok {
		return 0, ErrLink
	}
	current, err := storage.Value[int64](ctx, tx, qMeant, member)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return 0, ErrLink
	case err != nil:
		return 0, fmt.Errorf("member of a survey's link: %w", err)
	}
	return current, nil
}

func (s *Service) read(now time.Time, survey, link string) (member int64, ok bool) {
	parts := strings.SplitN(link, "_", 3)
	if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(s.sign(survey, parts[0]+"_"+parts[1]))) {
		return 0, false
	}
	member, badMember := strconv.ParseInt(parts[0], 36, 64)
	hours, badTime := strconv.ParseInt(parts[1], 36, 64)
	return member, badMember == nil && badTime == nil && now.Before(time.Unix(hours*3600, 0))
}
