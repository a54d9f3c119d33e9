package rehearsal

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/storage"
)

// person is a member as a rehearsal looks at them.
type person struct {
	ID           int64          `json:"id"`
	RegisteredAt *time.Time     `json:"registeredAt"` // null until the questionnaire is done
	Balances     []balance      `json:"balances"`
	Statement    []ledger.Entry `json:"statement"` // newest first
	Receipts     []receipt.Item `json:"receipts"`  // newest first, at most maxReceipts
	Consents     []agreement    `json:"consents"`  // what stands today
}

const maxReceipts = 1000

// balance is in minor units, as in /api/v1.
type balance struct {
	Currency   string     `json:"currency"`
	Points     int64      `json:"points"`
	NextExpiry *time.Time `json:"nextExpiry,omitempty"`
	NextPoints int64      `json:"nextPoints,omitempty"`
}

type agreement struct {
	Kind    consent.Kind `json:"kind"`
	Version string       `json:"version"`
	Granted bool         `json:"granted"`
	Channel chat.Channel `json:"channel"`
	At      time.Time    `json:"at"`
}

// listMembers finds the one who chats as from, or who has proved a phone.
// Nobody is an empty list.
func (s *server) listMembers(w http.ResponseWriter, r *http.Request) error {
	id, err := s.find(r)
	if errors.Is(err, storage.ErrNotFound) {
		return reply(w, []person{})
	}
	if err != nil {
		return err
	}
	p, err := s.person(r.Context(), id)
	if err != nil {
		return err
	}
	return reply(w, []person{p})
}

func (s *server) find(r *http.Request) (int64, error) {
	q := r.URL.Query()
	if q.Has("phone") {
		id, err := s.People.FindByPhone(r.Context(), q.Get("phone"))
		if errors.Is(err, member.ErrNotAPhone) {
			return 0, unfit("bad_phone", "phone must be a telephone number")
		}
		return id, err
	}
	if !q.Has("from") {
		return 0, unfit("bad_query", "give channel and from, or phone")
	}
	c, err := s.channel(q.Get("channel"))
	if err != nil {
		return 0, err
	}
	who, err := s.People.Find(r.Context(), chat.Channel(q.Get("channel")), c.Peer(q.Get("from")))
	return who.Member, err
}

func (s *server) person(ctx context.Context, id int64) (person, error) {
	m, err := s.People.Get(ctx, id)
	if err != nil {
		return person{}, err
	}
	p := person{ID: m.ID, RegisteredAt: m.RegisteredAt, Balances: []balance{}, Consents: []agreement{}}
	for _, currency := range s.Currencies() {
		b, err := ledger.BalanceOf(ctx, s.DB, s.Clock.Now(), m.ID, currency)
		if err != nil {
			return person{}, err
		}
		p.Balances = append(p.Balances, balance{currency, b.Points, b.NextExpiry, b.NextPoints})
	}
	if p.Statement, err = s.statement(ctx, m.ID); err != nil {
		return person{}, err
	}
	if p.Receipts, err = receipt.Latest(ctx, s.DB, m.ID, maxReceipts); err != nil {
		return person{}, err
	}
	stand, err := consent.Of(ctx, s.DB, m.ID)
	for _, c := range slices.SortedFunc(maps.Values(stand), func(a, b consent.State) int {
		return strings.Compare(string(a.Kind), string(b.Kind))
	}) {
		p.Consents = append(p.Consents, agreement(c))
	}
	return p, err
}

// statement is a member's whole statement, newest entry first.
func (s *server) statement(ctx context.Context, member int64) ([]ledger.Entry, error) {
	all := []ledger.Entry{}
	for before := int64(0); ; before = all[len(all)-1].ID {
		page, err := ledger.Statement(ctx, s.DB, member, before)
		all = append(all, page...)
		if err != nil || len(page) < ledger.PageRows {
			return all, err
		}
	}
}

func (s *server) checkBooks(w http.ResponseWriter, r *http.Request) (err error) {
	var report books
	if report.Report, err = ledger.Check(r.Context(), s.DB); err != nil {
		return err
	}
	if report.Coupons, err = s.Coupons.Check(r.Context(), s.DB); err != nil {
		return err
	}
	return reply(w, report)
}

// books is the answer of GET books.
type books struct {
	ledger.Report
	Coupons coupon.Report `json:"coupons"`
}
