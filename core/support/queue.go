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
	Snoozed Show = "snoozed" // mine, that are put off
	Review  Show = "review"  // of those whose receipt waits for a person, whoever speaks with them
	All     Show = "all"
)

// Shows are all lists, in the order that people work through them.
var Shows = []Show{Waiting, Mine, Snoozed, Review, All}

// Row is one conversation of a list, by ids alone but for colleagues' names.
type Row struct {
	ID         int64      `db:"id" json:"id"`
	Member     int64      `db:"member_id" json:"member"`
	Channel    string     `db:"channel" json:"channel"`
	Queue      string     `db:"queue" json:"queue"`            // "": the bot has it
	Since      time.Time  `db:"queued_at" json:"since"`        // people were called, or came; of what the bot has, the receipt waits
	Holder     int64      `db:"holder" json:"holder,omitzero"` // of the staff, 0: nobody
	HolderName string     `db:"holder_name" json:"-"`
	HeardAt    *time.Time `db:"heard_at" json:"heard_at,omitempty"`       // the shopper's last message
	Newest     int64      `db:"newest" json:"newest"`                     // and its number
	Unanswered bool       `db:"unanswered" json:"unanswered"`             // nobody of the staff has replied since
	WaitsSince *time.Time `db:"waits_since" json:"waits_since,omitempty"` // the shopper, for an answer of the staff
	AwakeAt    *time.Time `db:"awake_at" json:"awake_at,omitempty"`       // it is put off until then, or was
	Passed     string     `db:"passed" json:"passed,omitempty"`           // how who has it came to it: late, transfer
	PassedFrom string     `db:"passed_from" json:"-"`
	Tags       []string   `db:"tags" json:"tags"`
}

// Asleep says whether it is put off at an instant.
func (r Row) Asleep(now time.Time) bool { return r.AwakeAt != nil && r.AwakeAt.After(now) }

// Asked is which list is asked for.
type Asked struct {
	Show  Show
	Staff int64  // who asks
	Tag   string // of those with the tag; "": of all
	ID    int64  // that conversation alone; 0: all
}

// ListRows is how many conversations a list holds at most, those that wait longest.
const ListRows = 100

// List are the conversations of a list: those whose shoppers wait for an answer, the
// longest first, then those that were put off until now, then the others. As everybody is
// promised the same, those that are overdue come first.
func List(ctx context.Context, q storage.Querier, now time.Time, a Asked) ([]Row, error) {
	if a.Show == Review {
		return inReview(ctx, q, a)
	}
	rows, err := storage.Collect[Row](ctx, q, qList, a.Show, a.Staff, now, a.Tag, ListRows, a.ID)
	if err != nil {
		return nil, fmt.Errorf("list %s conversations: %w", a.Show, err)
	}
	return rows, nil
}

// Counts are how many conversations there are in the lists that somebody of the staff
// works through.
type Counts struct {
	Waiting int64 `db:"waiting" json:"waiting"`
	Mine    int64 `db:"mine" json:"mine"`
	Snoozed int64 `db:"snoozed" json:"snoozed"`
	Handed  int64 `db:"handed" json:"handed"` // mine, that a colleague has handed over
	Owed    int64 `db:"owed" json:"owed"`     // mine, whose shoppers wait for my answer
}

// Everybodys are the counts of all the staff at once, see Of.
type Everybodys struct {
	waiting int64
	of      map[int64]Counts
}

// Of is how staff sees the lists.
func (e Everybodys) Of(staff int64) Counts {
	n := e.of[staff]
	n.Waiting = e.waiting
	return n
}

// Count counts the lists, of all the staff: for one of them it costs as much.
func Count(ctx context.Context, q storage.Querier, now time.Time) (Everybodys, error) {
	rows, err := storage.Collect[countsRow](ctx, q, qCounts, now)
	if err != nil {
		return Everybodys{}, fmt.Errorf("count conversations: %w", err)
	}
	e := Everybodys{of: map[int64]Counts{}}
	for _, r := range rows {
		e.waiting += r.Waiting
		e.of[r.Holder] = r.Counts
	}
	return e, nil
}

type countsRow struct {
	Holder int64 `db:"holder"`
	Counts
}

// MarkOf changes whenever what is listed does, and every minute, as its clocks do.
func MarkOf(now time.Time, listed any) string {
	text, err := json.Marshal(listed)
	if err != nil {
		panic(err) // numbers, times and strings always encode
	}
	sum := sha256.Sum256(append(text, now.UTC().Format(" 15:04")...))
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

// ThreadMarks are the marks of several conversations, by number.
func ThreadMarks(ctx context.Context, q storage.Querier, conversations []int64) (map[int64]string, error) {
	rows, err := storage.Collect[threadRow](ctx, q, qThreadMarks, conversations)
	if err != nil {
		return nil, fmt.Errorf("marks of %d conversations: %w", len(conversations), err)
	}
	marks := make(map[int64]string, len(rows))
	for _, r := range rows {
		marks[r.ID] = r.Mark
	}
	return marks, nil
}

type threadRow struct {
	ID   int64  `db:"id"`
	Mark string `db:"mark"`
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
