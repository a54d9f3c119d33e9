package support

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"besedka/storage"
)

// Show is which of the conversations that people have are asked for.
type Show string

// The lists.
const (
	Waiting Show = "waiting" // nobody has taken them, or who has works here no more
	Mine    Show = "mine"
	All     Show = "all"
)

// Shows are all lists, in the order that people work through them.
var Shows = []Show{Waiting, Mine, All}

// Row is one conversation of a list, by ids alone but for the colleague's name.
type Row struct {
	ID         int64      `db:"id"`
	Member     int64      `db:"member_id"`
	Channel    string     `db:"channel"`
	Queue      string     `db:"queue"`
	Since      time.Time  `db:"queued_at"` // people were called, or came
	Holder     int64      `db:"holder"`    // of the staff, 0: nobody
	HolderName string     `db:"holder_name"`
	HeardAt    *time.Time `db:"heard_at"`   // the shopper's last message
	Newest     int64      `db:"newest"`     // and its number
	Unanswered bool       `db:"unanswered"` // nobody of the staff has replied since
}

// ListRows is how many conversations a list holds at most, those that wait longest.
const ListRows = 100

// List are the conversations of a list as staff sees it, those that wait longest first.
func List(ctx context.Context, q storage.Querier, show Show, staff int64) ([]Row, error) {
	rows, err := storage.Collect[Row](ctx, q, qList, show, staff, ListRows)
	if err != nil {
		return nil, fmt.Errorf("list %s conversations: %w", show, err)
	}
	return rows, nil
}

// MarkOf changes whenever rows do.
func MarkOf(rows []Row) string {
	text, err := json.Marshal(rows)
	if err != nil {
		panic(err) // numbers, times and strings always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// ThreadMark changes whenever a conversation does: what is said in it, what becomes of
// that, whose it is, what colleagues note.
func ThreadMark(ctx context.Context, q storage.Querier, conversation int64) (string, error) {
	mark, err := storage.Value[string](ctx, q, qThreadMark, conversation)
	if err != nil {
		return "", fmt.Errorf("mark of conversation %d: %w", conversation, err)
	}
	return mark, nil
}

// Names are the names of all who ever were staff, by number.
func Names(ctx context.Context, q storage.Querier) (map[int64]string, error) {
	rows, err := storage.Collect[named](ctx, q, qNames)
	if err != nil {
		return nil, fmt.Errorf("names of the staff: %w", err)
	}
	names := make(map[int64]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}

type named struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}
