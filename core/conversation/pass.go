package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/core/hook"
	"besedka/storage"
)

// Holding is a conversation that one of the staff has: since when it is people's, which
// taking it is, and whose.
type Holding struct {
	Since           time.Time
	Fence           int64
	Member, Subject int64
	Lang            string
}

// HoldTx locks a conversation that the staff member has, to the end of tx; else TakenError.
func (s *Service) HoldTx(ctx context.Context, tx storage.Tx, conversation, staff int64) (Holding, error) {
	row, err := s.ofHolder(ctx, tx, conversation, staff)
	return row.holding(), err
}

// Transfer is one wish to hand a conversation over to a colleague.
type Transfer struct {
	Conversation int64
	Staff        int64 // who has it
	To           int64 // who may have conversations, which the caller has looked up
}

// TransferTx makes a colleague have the conversation; the bot stays silent. Only who has
// it may, else TakenError: of two who pass it on at once one does.
func (s *Service) TransferTx(ctx context.Context, tx storage.Tx, now time.Time, t Transfer) (Holding, error) {
	row, err := s.ofHolder(ctx, tx, t.Conversation, t.Staff)
	if err != nil {
		return Holding{}, err
	}
	if _, err := tx.Exec(ctx, qTake, t.Conversation, t.To, now, ""); err != nil {
		return Holding{}, fmt.Errorf("transfer conversation %d: %w", t.Conversation, err)
	}
	row.Fence++
	return row.holding(), hook.TellTx(ctx, tx, now, hook.Event{Kind: hook.Taken, Conversation: t.Conversation, Staff: t.To})
}
