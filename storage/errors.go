package storage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNotFound is the answer of a read that must find a row and finds none.
var ErrNotFound = errors.New("not found")

func notFound(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// SQLSTATE codes, PostgreSQL manual, appendix A.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	divisionByZero       = "22012" // what a guard makes of a wrong count, see counted
)

func hasCode(err error, codes ...string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, pg.Code)
}

// Retryable says whether the server ended a transaction for the sake of others,
// so that running it again is all it needs.
func Retryable(err error) bool { return hasCode(err, serializationFailure, deadlockDetected) }

// moved names a guard's failure.
func moved(err error) error {
	if hasCode(err, divisionByZero) {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	return err
}
