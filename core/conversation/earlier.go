package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Earlier is a message that stands in the chat and may be changed.
type Earlier struct {
	ID       int64
	External string // the messenger's id
	At       time.Time
}

// Earlier is the message whose place m would take: the newest about the same
// thing that went before. There is none when that one did not arrive for certain,
// and so may not be what the person saw last.
func (s *Service) Earlier(ctx context.Context, conversation int64, m Send) (e Earlier, ok bool, err error) {
	r, err := storage.One[earlierRow](ctx, s.db, qEarlier, conversation, m.Wire.Over, m.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("find what message %d changes: %w", m.ID, err)
	}
	return Earlier{ID: r.ID, External: r.External, At: r.At}, SendState(r.State) == Sent, nil
}

type earlierRow struct {
	ID       int64     `db:"id"`
	State    string    `db:"state"`
	External string    `db:"external_id"`
	At       time.Time `db:"at"`
}
