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

// Answers are kept long enough for a program that is down over a long weekend to
// ask again, and then forgotten: the digest of what was asked outlives an erasure.
var answers = storage.Retention{Kept: 7 * 24 * time.Hour, Delete: qOnceForget, Eldest: qOnceEldest}

// ForgetStep deletes answers that were kept long enough.
func (s *Service) ForgetStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	worked, next, err = answers.Step(ctx, s.db, now)
	if err != nil {
		err = fmt.Errorf("forget kept answers: %w", err)
	}
	return worked, next, err
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
