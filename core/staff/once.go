package staff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Request is a mutation that a program may send again when it has not heard
// the answer. Key is its Idempotency-Key, Hash a digest of everything asked.
type Request struct {
	Staff int64
	Key   string
	Hash  []byte
}

// Answer is what the program was told: an HTTP status and a body.
type Answer struct {
	Status int    `db:"status"`
	Body   []byte `db:"body"`
}

// ErrKeyReused is the answer to a key that came with another request before.
var ErrKeyReused = errors.New("this idempotency key belongs to another request")

// Once does a request in one transaction and keeps its answer. When the same
// request comes again it is not done again: the kept answer is returned; one
// that comes while the first is being done waits for it. A request that fails
// leaves nothing behind and may be sent again.
func (s *Service) Once(ctx context.Context, now time.Time, r Request, do func(ctx context.Context, tx storage.Tx) (Answer, error)) (Answer, error) {
	var answer Answer
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		tag, err := tx.Exec(ctx, qOnceBegin, r.Staff, r.Key, r.Hash, now)
		if err != nil {
			return fmt.Errorf("begin request: %w", err)
		}
		if tag.RowsAffected() == 0 {
			answer, err = kept(ctx, tx, r)
			return err
		}
		if answer, err = do(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, qOnceEnd, r.Staff, r.Key, answer.Status, answer.Body); err != nil {
			return fmt.Errorf("keep answer: %w", err)
		}
		return nil
	})
	return answer, err
}

// Kept answers are forgotten after keptFor, time enough for a program that is down
// over a long weekend to ask again. The digest of a request is of what was asked,
// and outlives an erasure.
const (
	keptFor       = 7 * 24 * time.Hour
	forgetPerStep = 256 // rows
)

// ForgetStep deletes answers that were kept long enough.
func (s *Service) ForgetStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	gone, err := s.db.Exec(ctx, qOnceForget, now.Add(-keptFor), forgetPerStep)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("forget kept answers: %w", err)
	}
	eldest, err := storage.Value[*time.Time](ctx, s.db, qOnceEldest)
	if err != nil || eldest == nil {
		return gone.RowsAffected() > 0, time.Time{}, err
	}
	return gone.RowsAffected() > 0, eldest.Add(keptFor), nil
}

type keptRow struct {
	Hash []byte `db:"request_hash"`
	Answer
}

func kept(ctx context.Context, tx storage.Tx, r Request) (Answer, error) {
	k, err := storage.One[keptRow](ctx, tx, qOnceKept, r.Staff, r.Key)
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("read kept answer: %w", err)
	case !bytes.Equal(k.Hash, r.Hash):
		return Answer{}, ErrKeyReused
	}
	return k.Answer, nil
}
