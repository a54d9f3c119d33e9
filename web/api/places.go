package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/core/partner"
	"besedka/core/partner/book"
	"besedka/core/staff"
	"besedka/storage"
)

// placePage is one page of GET /places.
type placePage struct {
	Places []unknownPlace `json:"places"`
	Next   int64          `json:"next,omitempty"`
}

// unknownPlace is an address that a person is asked about.
type unknownPlace struct {
	Review     int64      `json:"review"`
	INN        string     `json:"inn,omitempty"`
	Receipt    int64      `json:"receipt"`
	Receipts   int64      `json:"receipts"`
	Why        string     `json:"why"`
	Near       []string   `json:"near"`
	Created    time.Time  `json:"created"`
	TakenBy    int64      `json:"takenBy,omitempty"`
	TakenUntil *time.Time `json:"takenUntil,omitempty"`
}

// listPlaces shows the shops that nobody knows yet, oldest first.
func (a *api) listPlaces(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	rows, err := partner.Unknown(c.ctx, a.DB, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	shown, next := page(rows, func(w partner.Waiting) int64 { return w.Task })
	out := placePage{Places: make([]unknownPlace, len(shown)), Next: next}
	for i, w := range shown {
		if out.Places[i], err = a.unknownPlace(w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *api) unknownPlace(w partner.Waiting) (unknownPlace, error) {
	p := unknownPlace{Review: w.Task, INN: w.INN, Receipt: w.Receipt, Receipts: w.Receipts, Created: w.Created, TakenBy: w.TakenBy, TakenUntil: w.TakenUntil}
	near, err := book.Near(w.Trace)
	if err != nil {
		return p, err
	}
	p.Near = append([]string{}, near...)
	p.Why, err = book.Explain(w.Trace, a.Texts.Printer(a.Programme().Base()))
	return p, err
}

// place is the answer of GET /receipts/{id}/place.
type place struct {
	Verdict  book.Verdict `json:"verdict"`
	Partner  string       `json:"partner,omitempty"`
	Store    string       `json:"store,omitempty"`
	Format   string       `json:"format,omitempty"`
	Category string       `json:"category,omitempty"`
	Zone     string       `json:"zone,omitempty"`
	Why      string       `json:"why"`
	Decision int64        `json:"decision,omitempty"`
	Review   int64        `json:"review,omitempty"`
}

// showPlace tells in which store a receipt was made, and why.
func (a *api) showPlace(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	f, err := partner.Find(c.ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	why, err := book.Explain(f.Trace, a.Texts.Printer(a.Programme().Base()))
	return place{f.Verdict, f.Partner, f.Store, f.Format, f.Category, f.Zone, why, f.Decision, f.Task}, err
}

// placing is the body of POST /reviews/{id}/place: which store is there. Null says
// none, and must be written.
type placing struct {
	Store  json.RawMessage `json:"store"`
	Reason string          `json:"reason"`
}

// settled is its answer: how many receipts the decision has settled.
type settled struct {
	Settled int `json:"settled"`
}

// read is the store that is named, "" for none.
func (p placing) read() (store string, err error) {
	if p.Store == nil || json.Unmarshal(p.Store, &store) != nil || (store == "") != (string(p.Store) == "null") {
		return "", invalid{"store is one of partners.yaml, or null for none of them"}
	}
	if p.Reason == "" || !storable(p.Reason) {
		return "", invalid{"give the reason of the decision in words: it stays in the record"}
	}
	return store, nil
}

// decidePlace records what a reviewer says is at an address.
func (a *api) decidePlace(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in placing
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	chosen, err := in.read()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		d := partner.Decision{Task: id, Staff: c.by.ID, Store: chosen, Note: in.Reason}
		n, err := a.Partners.DecideTx(ctx, tx, c.now, d)
		return a.settled(ctx, tx, c, n, err, staff.Act{Act: "places.decide", Object: fmt.Sprintf("review/%d", id), Detail: map[string]any{"store": chosen}})
	}, nil
}

// correctPlace records what a reviewer says of a receipt that nobody was asked about.
func (a *api) correctPlace(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in struct {
		placing
		Decision int64 `json:"decision"` // as the place shows it
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	chosen, err := in.read()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		n, err := a.Partners.CorrectTx(ctx, tx, c.now, partner.Correction{Receipt: id, Replaces: in.Decision, Staff: c.by.ID, Store: chosen, Note: in.Reason})
		return a.settled(ctx, tx, c, n, err, staff.Act{Act: "places.correct", Object: fmt.Sprintf("receipt/%d", id), Detail: map[string]any{"store": chosen}})
	}, nil
}

// settled answers a decision about a place and keeps it in the log.
func (a *api) settled(ctx context.Context, tx storage.Tx, c call, n int, err error, done staff.Act) (any, error) {
	for _, mistake := range []error{partner.ErrNoStore, partner.ErrNotPlace, partner.ErrNameless, partner.ErrTill, partner.ErrDay} {
		if errors.Is(err, mistake) {
			return nil, invalid{mistake.Error()}
		}
	}
	if err != nil {
		return nil, err
	}
	done.Staff = c.by.ID
	return settled{n}, staff.AuditTx(ctx, tx, c.now, done)
}
