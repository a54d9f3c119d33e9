package member

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"

	"besedka/storage"
)

// Limits of one-time codes. Each code costs money, and a stranger's phone rings: the
// number's limits protect its owner from whoever types it, in whatever chats.
const (
	CodeTTL   = 10 * time.Minute
	CodeTries = 5
	CodePause = time.Minute // between two codes of one subject, or to one number

	CodesPerHour    = 3 // of one subject, and to one number
	CodesPerDay     = 6
	AllCodesPerHour = 500 // of the whole installation
	AllCodesPerDay  = 3000

	// WrongCodesPerHour is of one messenger, from the beginning of the hour: who guesses
	// at many codes is right more often than who guesses at one.
	WrongCodesPerHour = 200

	codeDigits = 6
)

// Refusals. The transaction they come from is sound and should be committed: the try
// counts.
var (
	ErrNoClaim    = errors.New("no typed number waits to be proved")
	ErrCodeSoon   = errors.New("a code was sent a moment ago")
	ErrCodeLimit  = errors.New("too many codes for now")
	ErrCodeUnlike = errors.New("that is no code")
	ErrCodeWrong  = errors.New("another code was sent")
	ErrCodeLate   = errors.New("no code waits: too old, used, or tried too often")
	ErrCodeShut   = errors.New("the messenger had too many wrong codes this hour: none is looked at")
	ErrCodeLast   = errors.New("the last wrong code that the messenger may have this hour") // the next is ErrCodeShut
)

// Code is what goes to a number.
type Code struct{ To, Digits string } // To is E.164

// IssueCodeTx makes a one-time code for the number that the subject's member typed last,
// in the place of the subject's earlier code. Whether anybody else has that number makes
// no difference. It refuses with ErrNoClaim, ErrCodeSoon or ErrCodeLimit.
//
// Limits are counted under a lock of their own, which nothing else waits for; whoever
// holds it takes no other one.
func (s *Service) IssueCodeTx(ctx context.Context, tx storage.Tx, now time.Time, subject Subject) (Code, error) {
	e164, err := s.claimed(ctx, tx, subject)
	if err != nil {
		return Code{}, err
	}
	index := s.phoneIndex(e164)
	if err := mayIssue(ctx, tx, now, subject.ID, index); err != nil {
		return Code{}, err
	}
	digits := freshCode()
	var b storage.Batch
	b.Exec(qCodeForget, now.Add(-day))
	b.Exec(qCodeWrongForget, now.Add(-day))
	b.Exec(qCodeSent, subject.ID, index, now)
	b.Exec(qCodeIssue, subject.ID, index, subject.Key.Seal(phoneKind, []byte(e164)), s.codeHash(subject.ID, e164, digits), now.Add(CodeTTL))
	if err := b.Send(ctx, tx); err != nil {
		return Code{}, fmt.Errorf("issue a code to subject %d: %w", subject.ID, err)
	}
	return Code{To: e164, Digits: digits}, nil
}

const day = 24 * time.Hour

type claimRow struct {
	Sealed     []byte `db:"sealed"`
	WrappedKey []byte `db:"wrapped_key"`
}

// claimed is the number that the subject's member typed last and has not proved.
func (s *Service) claimed(ctx context.Context, tx storage.Tx, subject Subject) (string, error) {
	row, err := storage.One[claimRow](ctx, tx, qClaimed, subject.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return "", ErrNoClaim
	case err != nil:
		return "", fmt.Errorf("number typed by subject %d: %w", subject.ID, err)
	}
	return s.open(row.WrappedKey, phoneKind, row.Sealed)
}

type sentRow struct {
	Soon  bool `db:"soon"`
	Limit bool `db:"limit"`
}

func mayIssue(ctx context.Context, tx storage.Tx, now time.Time, subject int64, index []byte) error {
	if _, err := tx.Exec(ctx, qCodeLock); err != nil {
		return fmt.Errorf("wait for other codes: %w", err)
	}
	sent, err := storage.One[sentRow](ctx, tx, qCodesSent, subject, index, now.Add(-CodePause), now.Add(-time.Hour), now.Add(-day),
		CodesPerHour, CodesPerDay, AllCodesPerHour, AllCodesPerDay)
	switch {
	case err != nil:
		return fmt.Errorf("count codes of subject %d: %w", subject, err)
	case sent.Soon:
		return ErrCodeSoon
	case sent.Limit:
		return ErrCodeLimit
	}
	return nil
}

// freshCode is six digits, each as likely as any other.
func freshCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1e6)) // never fails, see crypto/rand
	return fmt.Sprintf("%0*d", codeDigits, n.Int64())
}

// codeHash is what is stored of a code: bound to who waits for it and to the number it
// went to, and nothing without the master key.
func (s *Service) codeHash(subject int64, e164, digits string) []byte {
	return s.keys.Index("code", strconv.FormatInt(subject, 10)+"/"+e164+"/"+digits)
}

type codeRow struct {
	Sealed []byte `db:"sealed"`
	Hash   []byte `db:"code_hash"`
	Tries  int    `db:"tries"`
}

// CheckCodeTx proves the number that the subject's code went to, as VerifyPhoneTx does.
// It refuses with ErrCodeUnlike and ErrCodeShut, which are no tries, ErrCodeWrong and how
// many tries are left, ErrCodeLast, which is as wrong, or ErrCodeLate.
func (s *Service) CheckCodeTx(ctx context.Context, tx storage.Tx, now time.Time, subject Subject, text string) (owner Owner, left int, err error) {
	digits, ok := codeOf(text)
	if !ok {
		return Owner{}, 0, ErrCodeUnlike
	}
	if err := mayTry(ctx, tx, now, subject.ID); err != nil {
		return Owner{}, 0, err
	}
	row, err := storage.One[codeRow](ctx, tx, qCodeTry, subject.ID, now, CodeTries)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Owner{}, 0, ErrCodeLate
	case err != nil:
		return Owner{}, 0, fmt.Errorf("try a code of subject %d: %w", subject.ID, err)
	}
	e164, err := subject.Key.Open(phoneKind, row.Sealed)
	if err != nil {
		return Owner{}, 0, fmt.Errorf("number of subject %d's code: %w", subject.ID, err)
	}
	if subtle.ConstantTimeCompare(row.Hash, s.codeHash(subject.ID, string(e164), digits)) == 0 {
		return Owner{}, CodeTries - row.Tries, countWrong(ctx, tx, now, subject.ID)
	}
	if _, err := tx.Exec(ctx, qCodeUse, subject.ID); err != nil {
		return Owner{}, 0, fmt.Errorf("use a code of subject %d: %w", subject.ID, err)
	}
	owner, err = s.VerifyPhoneTx(ctx, tx, now, subject, string(e164))
	return owner, 0, err
}

// mayTry refuses with ErrCodeShut.
func mayTry(ctx context.Context, tx storage.Tx, now time.Time, subject int64) error {
	shut, err := storage.Value[bool](ctx, tx, qCodesShut, subject, now.Truncate(time.Hour), WrongCodesPerHour)
	switch {
	case err != nil:
		return fmt.Errorf("count wrong codes beside subject %d: %w", subject, err)
	case shut:
		return ErrCodeShut
	}
	return nil
}

// countWrong is ErrCodeWrong, or ErrCodeLast. Those judged at the same instant may pass
// the limit by as many as they are: nobody waits for anybody before a code is judged.
func countWrong(ctx context.Context, tx storage.Tx, now time.Time, subject int64) error {
	wrong, err := storage.Value[int](ctx, tx, qCodeWrong, subject, now.Truncate(time.Hour))
	switch {
	case err != nil:
		return fmt.Errorf("count a wrong code of subject %d: %w", subject, err)
	case wrong == WrongCodesPerHour:
		return ErrCodeLast
	}
	return ErrCodeWrong
}

// codeOf finds six digits in what somebody wrote: people copy «Код: 123 456».
func codeOf(text string) (digits string, ok bool) {
	digits = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) && r <= unicode.MaxASCII {
			return r
		}
		return -1
	}, text)
	return digits, len(digits) == codeDigits
}
