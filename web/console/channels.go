package console

import (
	"context"
	"time"

	"besedka/core/chat"
)

// Channel is a messenger of the installation, as the first page shows it.
type Channel struct {
	Name    chat.Channel
	Trouble string    // why nothing is heard or sent until somebody acts; "" when all is well
	Since   time.Time // of the trouble
}

// Experimental says whether nobody promises that it goes on working.
func (c Channel) Experimental() bool { return c.Name == chat.Whatsmeow }

// channels are those that the first page shows.
func (s *server) channels(ctx context.Context) ([]Channel, error) {
	if s.Channels == nil {
		return nil, nil
	}
	return s.Channels(ctx)
}
