package survey

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Total is how many members a survey has had.
type Total struct {
	Survey    string `db:"survey" json:"survey"`
	Started   int64  `db:"started" json:"started"`
	Completed int64  `db:"completed" json:"completed"`
}

// Totals are the surveys that anybody has begun, by name.
func Totals(ctx context.Context, q storage.Querier) ([]Total, error) {
	totals, err := storage.Collect[Total](ctx, q, qTotals)
	if err != nil {
		return nil, fmt.Errorf("totals of surveys: %w", err)
	}
	return totals, nil
}

// Group is how many members of a group have begun and completed a survey.
type Group struct {
	Name      string `db:"group" json:"group"` // "" for those of none
	Started   int64  `db:"started" json:"started"`
	Completed int64  `db:"completed" json:"completed"`
}

// Answered is how many of a group answered a question, and passed it over.
type Answered struct {
	Question string `db:"question"`
	Group    string `db:"group"`
	Answered int64  `db:"answered"`
	Passed   int64  `db:"passed"`
}

// Value is how many of a group gave an answer: an option, a number or a day.
type Value struct {
	Question string `db:"question"`
	Group    string `db:"group"`
	Value    string `db:"value"`
	N        int64  `db:"n"`
}

// Counts are the answers to a survey, by groups: see By.
type Counts struct {
	Groups   []Group
	Answered []Answered
	Values   []Value // the maxValues most frequent of each question and group
}

// What responses may be counted by, beside the answers to a question.
const (
	ByNothing = ""        // one group, of all
	ByChannel = "channel" // where they were begun
	BySegment = "segment" // that held then; who is in two counts in both
)

// maxValues is how many different answers to a question are counted: more are
// read in the file of answers.
const maxValues = 200

// Count counts the answers to a survey, of those who are on their way too. by is
// one of the above or the name of a question.
func Count(ctx context.Context, tx storage.Tx, survey, by string) (c Counts, err error) {
	if c.Groups, err = storage.Collect[Group](ctx, tx, qGroups, survey, by); err != nil {
		return c, fmt.Errorf("groups of survey %s: %w", survey, err)
	}
	if c.Answered, err = storage.Collect[Answered](ctx, tx, qAnswered, survey, by); err != nil {
		return c, fmt.Errorf("answers to survey %s: %w", survey, err)
	}
	if c.Values, err = storage.Collect[Value](ctx, tx, qValues, survey, by, maxValues); err != nil {
		return c, fmt.Errorf("values of survey %s: %w", survey, err)
	}
	return c, nil
}

type leftRow struct {
	Question string `db:"question"`
	N        int64  `db:"n"`
}

// Left counts those who have not completed a survey by the question they answered
// last, in their order; those who answered none under "". With the completed they
// are all who have begun.
func Left(ctx context.Context, tx storage.Tx, survey string, questions []string) (map[string]int64, error) {
	rows, err := storage.Collect[leftRow](ctx, tx, qLeft, survey, questions)
	if err != nil {
		return nil, fmt.Errorf("who left survey %s: %w", survey, err)
	}
	left := map[string]int64{}
	for _, r := range rows {
		left[r.Question] = r.N
	}
	return left, nil
}
