package member

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"besedka/core/seal"
	"besedka/storage"
)

// Erase forgets who a member is: the keys of their subjects are destroyed, and
// with them all that was sealed; indexes, phones and answers go, what was to
// be said or heard is put aside. Receipts, points and consents stay under the
// member's number, which is nobody's now. The list gets its lines before the
// database changes, so that no restore brings the person back. Also runs in
// the same transaction, for the audit.
func (s *Service) Erase(ctx context.Context, list seal.Erasures, id int64, also func(ctx context.Context, tx storage.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := s.EraseTx(ctx, tx, list, id); err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

// EraseTx is Erase in a transaction of the caller's, who does in it what Also would.
func (s *Service) EraseTx(ctx context.Context, tx storage.Tx, list seal.Erasures, id int64) error {
	_, err := storage.One[Member](ctx, tx, qMember, id)
	if err == nil {
		err = holdTurns(ctx, tx, id)
	}
	if err == nil {
		_, err = tx.Exec(ctx, qErasureDrop, id) // asked for or not, it is done now
	}
	if err == nil {
		err = s.eraseTx(ctx, tx, list, id)
	}
	if err != nil {
		return fmt.Errorf("erase member %d: %w", id, err)
	}
	return nil
}

// holdTurns waits for the turns that a member is in the middle of and lets no
// other begin; nobody joins the member into another one meanwhile.
func holdTurns(ctx context.Context, tx storage.Tx, id int64) error {
	if err := lockIdentity(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, qEraseHold, id)
	return err
}

// eraseTx writes the list, then destroys the keys.
func (s *Service) eraseTx(ctx context.Context, tx storage.Tx, list seal.Erasures, id int64) error {
	subjects, err := storage.Collect[keyRow](ctx, tx, qEraseFind, id)
	if err != nil {
		return err
	}
	if err := list.Add(wrappedOf(subjects)); err != nil {
		return err
	}
	return s.eraseSubjects(ctx, tx, list, subjects)
}

type keyRow struct {
	ID         int64  `db:"id"`
	Member     int64  `db:"member_id"`
	WrappedKey []byte `db:"wrapped_key"`
}

func membersOf(rows []keyRow) []int64 {
	members := make([]int64, len(rows))
	for i, r := range rows {
		members[i] = r.Member
	}
	slices.Sort(members)
	return slices.Compact(members)
}

func wrappedOf(rows []keyRow) [][]byte {
	wrapped := make([][]byte, len(rows))
	for i, r := range rows {
		wrapped[i] = r.WrappedKey
	}
	return wrapped
}

// eraseSubjects waits for their running turns first. The keys go before what was to
// be said: no notice is written meanwhile.
func (s *Service) eraseSubjects(ctx context.Context, tx storage.Tx, list seal.Erasures, rows []keyRow) error {
	hashes, err := list.All()
	if err != nil {
		return err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if err := s.forgetLinked(ctx, tx, ids); err != nil {
		return err
	}
	var b storage.Batch
	for _, q := range []string{
		qEraseLockTurns, qEraseLockLanes, qEraseKeys, qEraseTimers, qEraseInbox, qEraseOutbox, qEraseSessions,
		qEraseIntakes, qErasePhones, qEraseAliases, qEraseLikenesses, qEraseAnswers, qEraseNamesakes, qEraseKnown, qEraseSeen, qEraseSeenSince, qEraseSurveyAnswers, qEraseSurveys, qEraseSurveysFor, qErasePrizes, qEraseLinks, qEraseInvites, qEraseTries, qEraseCodes, qEraseCodesSent,
		qEraseLetters, qErasePairs, qMergesForget,
	} {
		b.Exec(q, ids)
	}
	b.Exec(qErasuresNote, strconv.Itoa(len(hashes)))
	return b.Send(ctx, tx)
}
