package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/campaign/forecast"
	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/storage"
)

// Past asks for a forecast over the receipts that were credited and bought in some
// days.
type Past struct {
	Campaign string
	Draft    *rules.Campaign                        // nil: the latest version of a stored draft of that name
	From, To time.Time                              // To exclusive
	Most     int64                                  // receipts; 0 for no end
	Stock    map[string]int64                       // of gifts; nil: they never run out
	Told     func(receipts int64, bought time.Time) // now and then on the way; may be nil
}

// Refusals of a forecast.
var (
	ErrNoDraft = errors.New("there is no draft of that name: give the text of a file, or publish the file of a campaign that was declared a draft")
	ErrTooMany = errors.New("too many receipts: ask for fewer days")
)

// Forecast runs a draft and the version in force over past receipts, with what was known
// of them when they were credited: a member's answers and figures are those of that
// moment, segments those of the programme in force. Whoever turned out to be another
// member counts as that one. It sees one moment of the database and changes nothing.
func (s *Service) Forecast(ctx context.Context, db *storage.DB, p Past) (r forecast.Result, err error) {
	err = db.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		f, err := s.begin(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := s.replay(ctx, tx, p, f); err != nil {
			return err
		}
		r = f.Result()
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("forecast campaign %s: %w", p.Campaign, err)
	}
	return r, nil
}

// begin finds what is to be compared.
func (s *Service) begin(ctx context.Context, q storage.Querier, p Past) (*forecast.Forecast, error) {
	in := forecast.Input{Draft: p.Draft, Stock: p.Stock, Zone: s.programme().Zone}
	if in.Draft == nil {
		drafts, err := s.versions(ctx, q, qDraft, p.Campaign)
		if err != nil {
			return nil, err
		}
		if len(drafts) == 0 {
			return nil, ErrNoDraft
		}
		in.Draft = drafts[0]
	}
	active, err := s.versions(ctx, q, qInForce)
	for _, c := range active {
		if c.ID == in.Draft.ID {
			in.Active = c
		} else {
			in.Others = append(in.Others, c)
		}
	}
	return forecast.New(in), err
}

func (s *Service) versions(ctx context.Context, q storage.Querier, sql string, args ...any) ([]*rules.Campaign, error) {
	rows, err := storage.Collect[versionRow](ctx, q, sql, args...)
	if err != nil {
		return nil, err
	}
	found := make([]*rules.Campaign, len(rows))
	for i, r := range rows {
		if found[i], err = s.load(ctx, q, r); err != nil {
			return nil, fmt.Errorf("campaign %s version %d: %w", r.Campaign, r.Version, err)
		}
	}
	return found, nil
}

const pastRows = 1000 // of a page

// replay credits the receipts, a page at a time.
func (s *Service) replay(ctx context.Context, q storage.Querier, p Past, f *forecast.Forecast) error {
	after, bought, done := int64(0), p.From, int64(0)
	segments := s.programme().Segments
	for {
		rows, err := storage.Collect[pastRow](ctx, q, qPast, bought, after, p.To, pastRows)
		if err != nil {
			return err
		}
		if done += int64(len(rows)); p.Most > 0 && done > p.Most {
			return fmt.Errorf("%w: at most %d", ErrTooMany, p.Most)
		}
		for _, r := range rows {
			facts, err := r.facts(segments)
			if err == nil {
				err = f.Add(facts)
			}
			if err != nil {
				return fmt.Errorf("receipt %d: %w", r.Receipt, err)
			}
		}
		if len(rows) < pastRows {
			return nil
		}
		last := rows[len(rows)-1]
		if after, bought = last.Receipt, last.Bought; p.Told != nil {
			p.Told(done, bought)
		}
	}
}

// facts are those that the receipt was credited by, in the segments of today.
func (r pastRow) facts(segments map[string]*expr.Program) (rules.Facts, error) {
	f, err := unmarshalFacts(r.Facts)
	if err != nil {
		return f, err
	}
	f.Member.ID, f.Member.Segments = r.Member, nil
	look := func(name string) (expr.Value, bool) { v, ok := f.Member.Facts[name]; return v, ok && v.Known() }
	for name, segment := range segments {
		in, err := segment.Holds(look)
		if err != nil {
			return f, fmt.Errorf("segment %s: %w", name, err)
		}
		if in {
			f.Member.Segments = append(f.Member.Segments, name)
		}
	}
	return f, nil
}
