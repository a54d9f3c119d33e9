package storage

import (
	"errors"
	"fmt"

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
	uniqueViolation      = "23505"
	checkViolation       = "23514"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	divisionByZero       = "22012" // what a guard makes of a wrong count, see counted
)

// IsUnique says whether err is a breach of the named unique constraint or
// index ("" = of any).
func IsUnique(err error, constraint string) bool { return breaches(err, uniqueViolation, constraint) }

// IsCheck says whether err is a breach of the named CHECK ("" = of any).
func IsCheck(err error, constraint string) bool { return breaches(err, checkViolation, constraint) }

func breaches(err error, code, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == code && (constraint == "" || pg.ConstraintName == constraint)
}

func retryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == serializationFailure || pg.Code == deadlockDetected)
}

// moved names a guard's failure.
func moved(err error) error {
	if breaches(err, divisionByZero, "") {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	return err
}
