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

// PartnersOf are the partners whose receipts one of the staff sees; none: all.
func PartnersOf(ctx context.Context, q storage.Querier, id int64) ([]string, error) {
	partners, err := storage.Value[[]string](ctx, q, qPartnersOf, id)
	if err != nil {
		return nil, fmt.Errorf("partners of staff %d: %w", id, err)
	}
	return partners, nil
}

// Together says whether a colleague works for one of a person's partners, too.
func (s *Service) Together(ctx context.Context, by Person, colleague int64) (bool, error) {
	both, err := storage.Value[bool](ctx, s.db, qTogether, colleague, by.Partners)
	if err != nil {
		return false, fmt.Errorf("partners of staff %d: %w", colleague, err)
	}
	return both || len(by.Partners) == 0, nil
}

// Under says whether a colleague sees no more than a person does: nobody opens to others, or to
// themselves in another's name, what is not for them to see.
func (s *Service) Under(ctx context.Context, by Person, colleague int64) (bool, error) {
	under, err := storage.Value[bool](ctx, s.db, qUnder, colleague, by.Partners)
	if err != nil {
		return false, fmt.Errorf("partners of staff %d: %w", colleague, err)
	}
	return under || len(by.Partners) == 0, nil
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
