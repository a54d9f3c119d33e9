package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Response is one member's answers as they are exported.
type Response struct {
	ID        int64
	Member    int64 // 0 once erased
	Channel   string
	Segments  []string
	Started   time.Time
	Completed time.Time         // zero on the way
	Given     map[string]string // by question: an option, a number or a day, several with commas between
	Written   map[string]string // what was written
}

type pageRow struct {
	ID        int64      `db:"id"`
	Member    *int64     `db:"member"`
	Channel   string     `db:"channel"`
	Segments  []string   `db:"segments"`
	Started   time.Time  `db:"started_at"`
	Completed *time.Time `db:"completed_at"`
	Questions []string   `db:"questions"`
	Given     []string   `db:"given"`
	Written   [][]byte   `db:"written"`
	Keys      [][]byte   `db:"keys"`
}

// pageResponses is how many responses are in memory at once.
const pageResponses = 500

// Export calls do with every response to a survey, in the order they were begun.
func (s *Service) Export(ctx context.Context, tx storage.Tx, survey string, do func(Response) error) error {
	for after := int64(0); ; {
		rows, err := storage.Collect[pageRow](ctx, tx, qPage, survey, after, pageResponses)
		if err != nil {
			return fmt.Errorf("export survey %s: %w", survey, err)
		}
		for _, r := range rows {
			one, err := s.response(survey, r)
			if err == nil {
				err = do(one)
			}
			if err != nil {
				return fmt.Errorf("export response %d: %w", r.ID, err)
			}
			after = r.ID
		}
		if len(rows) < pageResponses {
			return nil
		}
	}
}

func (s *Service) response(survey string, r pageRow) (Response, error) {
	one := Response{ID: r.ID, Channel: r.Channel, Segments: r.Segments, Started: r.Started, Given: map[string]string{}, Written: map[string]string{}}
	if r.Member != nil {
		one.Member = *r.Member
	}
	if r.Completed != nil {
		one.Completed = *r.Completed
	}
	for i, q := range r.Questions {
		one.Given[q] = r.Given[i]
		if r.Written[i] == nil {
			continue
		}
		text, err := s.open(survey, q, r.Keys[i], r.Written[i])
		if err != nil {
			return one, err
		}
		one.Written[q] = text
	}
	return one, nil
}

// open reads what was written; "" when the writer was erased.
func (s *Service) open(survey, question string, wrapped, written []byte) (string, error) {
	key, err := s.Keys.Unwrap(wrapped)
	if errors.Is(err, seal.ErrErased) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text, err := key.Open(writtenKind(survey, question), written)
	return string(text), err
}
