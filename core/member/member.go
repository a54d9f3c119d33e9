package member

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Member is one person in the programme.
type Member struct {
	ID           int64      `db:"id"`
	CreatedAt    time.Time  `db:"created_at"`
	RegisteredAt *time.Time `db:"registered_at"` // nil until the questionnaire is done
	SuspendedAt  *time.Time `db:"suspended_at"`  // nil unless a person suspended them, see SuspendTx
	Phones       []Phone    `db:"-"`
}

// Get reads a member; whoever was joined into somebody else is that member.
// Nobody is storage.ErrNotFound.
func (s *Service) Get(ctx context.Context, id int64) (Member, error) {
	m, err := storage.One[Member](ctx, s.db, qMember, id)
	if err != nil {
		return Member{}, fmt.Errorf("member %d: %w", id, err)
	}
	if m.Phones, err = s.phones(ctx, m.ID); err != nil {
		return Member{}, fmt.Errorf("phones of member %d: %w", id, err)
	}
	return m, nil
}

// HoldTx says who a member is by now and keeps it so until tx ends: nobody joins
// that member into another one meanwhile. Who writes outside a turn under a
// member's number begins with it. Nobody is storage.ErrNotFound.
func (s *Service) HoldTx(ctx context.Context, tx storage.Tx, id int64) (int64, error) {
	return CurrentTx(ctx, tx, id)
}

// CurrentTx is HoldTx for who has no Service.
func CurrentTx(ctx context.Context, tx storage.Tx, id int64) (int64, error) {
	return current(ctx, tx, qMemberHold, id)
}

// HoldToChangeTx is HoldTx for who is about to change the member: of two at once the second
// waits here. Were both to hold first and to change then, each would wait for the other.
func (s *Service) HoldToChangeTx(ctx context.Context, tx storage.Tx, id int64) (int64, error) {
	return current(ctx, tx, qMemberHoldToChange, id)
}

func current(ctx context.Context, tx storage.Tx, hold string, id int64) (int64, error) {
	for {
		current, err := storage.Value[int64](ctx, tx, hold, id)
		if err != nil {
			return 0, fmt.Errorf("hold member %d: %w", id, err)
		}
		if current == id {
			return id, nil
		}
		id = current
	}
}

// FindByPhone finds the member who has proved that a number is theirs; a typed
// claim finds nobody. Nobody is storage.ErrNotFound.
func (s *Service) FindByPhone(ctx context.Context, number string) (int64, error) {
	e164, err := E164(number)
	if err != nil {
		return 0, err
	}
	id, err := storage.Value[int64](ctx, s.db, qMemberByPhone, s.phoneIndex(e164))
	if err != nil {
		return 0, fmt.Errorf("find member by phone: %w", err)
	}
	return id, nil
}

// RegisteredTx says whether a member has finished the questionnaire.
func (s *Service) RegisteredTx(ctx context.Context, tx storage.Tx, member int64) (bool, error) {
	m, err := storage.One[Member](ctx, tx, qMember, member)
	if err != nil {
		return false, fmt.Errorf("member %d: %w", member, err)
	}
	return m.RegisteredAt != nil, nil
}

// RegisterTx notes that a member has finished the questionnaire and says since
// when they count as registered: since the upload of their first receipt when
// it came before, else since now. A second time changes nothing.
func (s *Service) RegisterTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) (time.Time, error) {
	at, err := storage.Value[time.Time](ctx, tx, qMemberRegister, member, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("register member %d: %w", member, err)
	}
	return at, nil
}
