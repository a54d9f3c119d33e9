package conversation

import (
	"context"
	"fmt"

	"besedka/core/chat"
	"besedka/storage"
)

// key begins the keys of the messages that a reply becomes.
func (r Reply) key() string {
	return fmt.Sprintf("reply/%d/%d/%s", r.Conversation, r.Staff, plainKey(r.Key))
}

// maxParts is more than the messages that MaxText characters become anywhere.
const maxParts = 64

// RepliedTx are the numbers of the messages that a reply has become: an Entry has one, too.
func (s *Service) RepliedTx(ctx context.Context, tx storage.Tx, r Reply) ([]int64, error) {
	rows, err := storage.Collect[repliedRow](ctx, tx, qReplied, r.key(), maxParts)
	if err != nil {
		return nil, fmt.Errorf("messages of a reply in conversation %d: %w", r.Conversation, err)
	}
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, nil
}

type repliedRow struct {
	ID int64 `db:"id"`
}

// Row is the number of the message, among what was said to the person or among what they
// said.
func (e Entry) Row() int64 { return e.cursor.ID }

// message is what the person is to see.
func (r Reply) message(of chat.Channel, lang string) chat.Message {
	return chat.Message{Text: r.Text + r.Mark(of, lang), Media: r.Media, Thread: r.Thread, Over: r.Over, Template: r.Template}
}
