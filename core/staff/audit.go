package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"besedka/storage"
)

// Act is one row of the audit log.
type Act struct {
	Staff  int64          // who; 0 = the program itself or its command line
	Act    string         // what: receipts.approve
	Object string         // to what: receipt/42
	Detail map[string]any // ids and reasons, never names, phones or texts
}

// AuditTx adds an act to the log, in the transaction of the act itself. Each
// row's hash covers the row before it, so nobody changes or drops one unseen.
// Transactions that log wait for each other from here to their end: call it
// last.
func AuditTx(ctx context.Context, tx storage.Tx, now time.Time, a Act) error {
	detail, err := json.Marshal(a.Detail)
	if err != nil {
		return fmt.Errorf("audit %s: %w", a.Act, err)
	}
	r := auditRow{At: now.UTC().Truncate(time.Microsecond), Act: a.Act, Object: a.Object, Detail: string(detail)}
	if a.Staff != 0 {
		r.Staff = &a.Staff
	}
	if r.Previous, err = lockHead(ctx, tx); err != nil {
		return fmt.Errorf("audit %s: %w", a.Act, err)
	}
	if _, err := tx.Exec(ctx, qAuditAdd, r.At, r.Staff, r.Act, r.Object, r.Detail, r.Previous, r.sum()); err != nil {
		return fmt.Errorf("audit %s: %w", a.Act, err)
	}
	return nil
}

type hashRow struct {
	Hash []byte `db:"hash"`
}

// lockHead keeps other writers out until tx ends and reads the last row's
// hash; empty before the first.
func lockHead(ctx context.Context, tx storage.Tx) ([]byte, error) {
	var b storage.Batch
	b.Exec(qAuditLock)
	head := storage.Queue[hashRow](&b, qAuditHead)
	if err := b.Send(ctx, tx); err != nil {
		return nil, err
	}
	if len(*head) == 0 {
		return []byte{}, nil
	}
	return (*head)[0].Hash, nil
}

type auditRow struct {
	ID       int64     `db:"id"`
	At       time.Time `db:"at"`
	Staff    *int64    `db:"staff_id"`
	Act      string    `db:"act"`
	Object   string    `db:"object"`
	Detail   string    `db:"detail"`
	Previous []byte    `db:"previous"`
	Hash     []byte    `db:"hash"`
}

// sum is SHA-256 over the previous hash and the row as JSON, which keeps the
// fields apart. The id is left out: it is not known before the row is in.
func (r auditRow) sum() []byte {
	row, err := json.Marshal([]any{r.At.UTC(), r.Staff, r.Act, r.Object, r.Detail})
	if err != nil {
		panic(err) // a time, a number and strings always encode
	}
	h := sha256.New()
	h.Write(r.Previous)
	h.Write(row)
	return h.Sum(nil)
}

// ErrAuditBroken is the answer to a log that was changed behind our back.
var ErrAuditBroken = errors.New("the audit log was changed")

// Log is what VerifyAudit proved. Keep Head elsewhere: it shows later that no
// row has vanished from the end.
type Log struct {
	Rows int
	Head string // hex
}

// auditPage is how many rows VerifyAudit reads at a time.
const auditPage = 1000

// VerifyAudit recomputes the whole chain; the first row that does not fit is
// ErrAuditBroken.
func (s *Service) VerifyAudit(ctx context.Context) (Log, error) {
	var log Log
	var last int64
	head := []byte{}
	for {
		rows, err := storage.Collect[auditRow](ctx, s.db, qAuditPage, last, auditPage)
		if err != nil {
			return Log{}, fmt.Errorf("read audit log: %w", err)
		}
		for _, r := range rows {
			if string(r.Previous) != string(head) || string(r.Hash) != string(r.sum()) {
				return Log{}, fmt.Errorf("%w: row %d does not follow from the one before", ErrAuditBroken, r.ID)
			}
			last, head = r.ID, r.Hash
		}
		log.Rows += len(rows)
		if len(rows) < auditPage {
			log.Head = hex.EncodeToString(head)
			return log, nil
		}
	}
}

// Entry is a row of the log as an auditor reads it.
type Entry struct {
	ID     int64
	At     time.Time
	Staff  int64  // who; 0 = the program itself or its command line
	Name   string // of who
	Act    string
	Object string
	Detail string // JSON
	Fits   bool   // its hash is that of the row, and it follows from the one before
}

type namedRow struct {
	auditRow
	Name string `db:"name"`
}

// Audit is up to limit rows that were written before a row, the newest first; 0 begins
// at the end.
func (s *Service) Audit(ctx context.Context, before int64, limit int) ([]Entry, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := storage.Collect[namedRow](ctx, s.db, qAuditRead, before, limit+1)
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	entries := make([]Entry, 0, limit)
	for i, r := range rows[:min(limit, len(rows))] {
		e := Entry{ID: r.ID, At: r.At, Name: r.Name, Act: r.Act, Object: r.Object, Detail: r.Detail}
		if r.auditRow.Staff != nil {
			e.Staff = *r.auditRow.Staff
		}
		earlier := []byte{}
		if i+1 < len(rows) {
			earlier = rows[i+1].Hash
		}
		e.Fits = string(r.Previous) == string(earlier) && string(r.Hash) == string(r.sum())
		entries = append(entries, e)
	}
	return entries, nil
}
