package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// SetPartners says whose receipts a person sees from now on; none: all. It is in force with
// their next request. Nobody is ErrUnknownPerson.
func (s *Service) SetPartners(ctx context.Context, now time.Time, id int64, partners []string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		was, err := storage.One[Person](ctx, tx, qPartnersHold, id)
		if err != nil {
			return err
		}
		var b storage.Batch
		b.Exec(qPartnersDrop, id, append([]string{}, partners...))
		b.Exec(qPartnersAdd, id, append([]string{}, partners...))
		if err := b.Send(ctx, tx); err != nil {
			return err
		}
		return AuditTx(ctx, tx, now, Act{
			Act: "staff.partners", Object: fmt.Sprintf("staff/%d", id), Detail: map[string]any{"before": was.Partners, "partners": partners},
		})
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return ErrUnknownPerson
	case err != nil:
		return fmt.Errorf("set partners of staff %d: %w", id, err)
	}
	return nil
}

// Refusal is what a person asked for and may not have.
type Refusal struct {
	Staff  int64
	Route  string // POST /cards/{number}/status
	Object string // receipt/42, where it has a number; else the route
	Why    string // the permission that they lack, or "partner"
}

// NoteRefusal keeps a refusal in the audit log: who tries doors that are not theirs is to be
// seen.
func (s *Service) NoteRefusal(ctx context.Context, now time.Time, r Refusal) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return AuditTx(ctx, tx, now, Act{Staff: r.Staff, Act: "access.refused", Object: r.Object, Detail: map[string]any{"route": r.Route, "why": r.Why}})
	})
	if err != nil {
		return fmt.Errorf("note a refusal: %w", err)
	}
	return nil
}
