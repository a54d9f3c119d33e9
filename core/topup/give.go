package topup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/member"
	"besedka/core/source"
	"besedka/storage"
)

// Given is what a file came to.
type Given struct {
	Lines  int              `json:"lines"`
	New    int              `json:"new"`    // lines that were given now; the others were before
	Points map[string]int64 `json:"points"` // in all lines, by currency, minor units
}

// Resolve finds the members of the lines named by phone, and reports the lines of
// nobody: a number that was only typed, or a member who does not exist.
func (s *Service) Resolve(ctx context.Context, f File) ([]*source.Problem, error) {
	var problems []*source.Problem
	for i := range f.Lines {
		l := &f.Lines[i]
		var err error
		if l.Member == 0 {
			l.Member, err = s.Members.FindByPhone(ctx, l.Phone)
		} else {
			_, err = s.Members.Get(ctx, l.Member)
		}
		switch {
		case errors.Is(err, storage.ErrNotFound) || errors.Is(err, member.ErrNotAPhone):
			problems = append(problems, &source.Problem{
				Pos: l.At, Code: badLine, What: source.Sentence("нет такого участника", "there is no such member"),
				Cure: source.Sentence("телефон должен быть подтверждён, номер - существовать", "the phone must be proved to be theirs, the number must exist"),
			})
		case err != nil:
			return nil, err
		}
		if len(problems) >= source.MaxProblems {
			break
		}
	}
	return problems, nil
}

// Count is what the whole of f would give.
func (f File) Count() Given {
	g := Given{Lines: len(f.Lines), Points: map[string]int64{}}
	for _, l := range f.Lines {
		g.Points[l.Currency] += l.Amount
	}
	return g
}

// LinesTx gives lines of f, once for the bytes of the file, and says how many of them
// were not given before.
func (s *Service) LinesTx(ctx context.Context, tx storage.Tx, now time.Time, f File, lines []Line, by int64) (fresh int, err error) {
	gifts := make([]Gift, len(lines))
	for i, l := range lines {
		gifts[i] = Gift{
			Key: fmt.Sprintf("%s/%d", f.Hash, l.At.Line), Member: l.Member, Currency: l.Currency, Amount: l.Amount, Reason: l.Reason, Staff: by, At: now,
		}
	}
	given, err := s.GiveAllTx(ctx, tx, gifts)
	for _, g := range given {
		if g {
			fresh++
		}
	}
	return fresh, err
}
