package members

import (
	"context"
	"errors"
	"net/http"
	"time"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/coupon"
	"besedka/core/family"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/receipt"
	"besedka/core/tier"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// Limits of what stands on a card; the story below has the rest.
const (
	someRows = 8
	lotRows  = 30
)

// person is a member as their page shows them: the name and the phones masked.
type person struct {
	member.Member
	Name        string
	Erased      *member.Certificate // nil while they are not
	Identities  []member.Identity
	Merges      []member.Merge
	Story       []member.Event
	Next        *member.StoryCursor
	Held        held
	Agreed      map[consent.Kind]consent.State
	Subscribed  []consent.Subscription
	Family      family.Family
	Tier        *tier.Standing // nil in a programme without
	Programme   *flows.Programme
	Trouble     string        // why what was asked was not done, a text under members.trouble
	Inseparable []string      // what keeps a merge from being undone
	Plain       *member.Plain // what is shown for a reason that was given
}

// held is what a member has.
type held struct {
	Balances []balance
	Lots     []ledger.Lot
	Card     *card.Card // in force, nil: none
	Receipts []receipt.Item
	Coupons  []coupon.Coupon
	Prizes   []prize.Order
}

type balance struct {
	flows.Currency
	ledger.Balance
}

// showCard shows a member; the look stays in the log.
func (p *pages) showCard(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	if asked, _ := v.PathNumber("id"); asked != m.ID {
		return v.Go(path(m.ID, ""))
	}
	before, err := member.ParseStoryCursor(v.R.URL.Query().Get("before"))
	if err != nil {
		return errors.Join(console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}, err)
	}
	one, err := p.person(v, m, before)
	if err != nil {
		return err
	}
	if err := p.note(v, "members.read", object(m.ID), nil); err != nil {
		return err
	}
	return v.Show(cardPage(v.View, one))
}

// person reads all that a card shows, as far as it is for its reader to see.
func (p *pages) person(v *console.Visit, m member.Member, before *member.StoryCursor) (one person, err error) {
	ctx := v.R.Context()
	one = person{Member: m, Programme: p.Programme()}
	if one.Name, err = p.Members.NameOf(ctx, m.ID, one.Programme.Profile.Names()); err != nil {
		return one, err
	}
	if one.Erased, err = p.erased(ctx, m.ID); err != nil {
		return one, err
	}
	if one.Identities, err = p.Members.Identities(ctx, m.ID); err != nil {
		return one, err
	}
	if one.Merges, err = p.Members.Merges(ctx, m.ID); err != nil {
		return one, err
	}
	if one.Story, one.Next, err = p.Members.Story(ctx, m.ID, before, v.By.Partners...); err != nil {
		return one, err
	}
	if one.Held, err = p.held(ctx, v, m.ID); err != nil {
		return one, err
	}
	return one, p.terms(ctx, v.Now, &one)
}

// erased is the certificate of a member, nil for one who is not.
func (p *pages) erased(ctx context.Context, id int64) (*member.Certificate, error) {
	c, err := p.Members.CertificateOf(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	return &c, err
}

// terms reads on which terms a member is with us.
func (p *pages) terms(ctx context.Context, now time.Time, one *person) (err error) {
	if one.Agreed, err = consent.Of(ctx, p.DB, one.ID); err != nil {
		return err
	}
	if one.Subscribed, err = consent.Subscriptions(ctx, p.DB, one.ID); err != nil {
		return err
	}
	if one.Family, err = family.Of(ctx, p.DB, one.ID); err != nil {
		return err
	}
	if st, has, err := p.Tiers.StandingOf(ctx, p.DB, now, one.ID); err != nil {
		return err
	} else if has {
		one.Tier = &st
	}
	return nil
}

func (p *pages) held(ctx context.Context, v *console.Visit, id int64) (h held, err error) {
	if v.By.SeesPurse() {
		if err := p.purse(ctx, v.Now, id, &h); err != nil {
			return h, err
		}
	}
	if h.Card, err = card.Current(ctx, p.DB, id); err != nil {
		return h, err
	}
	if h.Receipts, err = receipt.Latest(ctx, p.DB, id, someRows, v.By.Partners...); err != nil {
		return h, err
	}
	if h.Coupons, err = coupon.OfMember(ctx, p.DB, id, 0, someRows, v.By.Partners...); err != nil {
		return h, err
	}
	h.Prizes, err = prize.LatestOf(ctx, p.DB, id, someRows, v.By.Partners...)
	return h, err
}

func (p *pages) purse(ctx context.Context, now time.Time, id int64, h *held) (err error) {
	for _, c := range p.Programme().Money {
		b, err := ledger.BalanceOf(ctx, p.DB, now, id, c.ID)
		if err != nil {
			return err
		}
		h.Balances = append(h.Balances, balance{c, b})
	}
	h.Lots, err = ledger.Lots(ctx, p.DB, now, id, lotRows)
	return err
}
