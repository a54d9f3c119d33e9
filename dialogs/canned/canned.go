package canned

import (
	"context"
	"slices"
	"time"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// Service knows the phrases of the staff.
type Service struct {
	DB        *storage.DB
	Programme func() *flows.Programme // as published now
	// Known are facts about the member of a conversation, see runner.Runner.
	Known func(ctx context.Context, now time.Time, p *flows.Programme, conversation int64, names []string) (dialogs.Facts, string, error)
	// MayAdvertise says whether the member may be sent advertising, see conversation.Service.
	MayAdvertise func(ctx context.Context, conversation int64) (bool, error)
}

// Offer is a reply as it would be said in one conversation. It is not to be said when
// something is Missing, or its text has a Problem in the programme as it is now.
type Offer struct {
	support.Canned
	Missing []string // names that nobody knows of this member
	Problem *source.Problem
}

// Check says what is wrong with a text before it is kept; nil when nothing is.
func (s *Service) Check(text string) *source.Problem {
	p := s.Programme()
	_, problems := p.Phrase(actions.Vocabulary(), text, p.Base())
	if len(problems) == 0 {
		return nil
	}
	return problems[0]
}

// Offers are what by has at hand in a conversation, by name.
func (s *Service) Offers(ctx context.Context, now time.Time, by staff.Person, conversation int64) ([]Offer, error) {
	all, err := support.Canneds(ctx, s.DB, by.ID)
	if err != nil {
		return nil, err
	}
	p := s.Programme()
	var names []string
	for _, c := range all {
		phrase, _ := p.Phrase(actions.Vocabulary(), c.Text, p.Base())
		if phrase.Line != nil {
			names = append(names, phrase.Needs...)
		}
	}
	slices.Sort(names)
	known, lang, err := s.Known(ctx, now, p, conversation, slices.Compact(names))
	if err != nil {
		return nil, err
	}
	look := seen(by, known.Look)
	offers := make([]Offer, 0, len(all))
	for _, c := range all {
		offers = append(offers, offer(p, c, lang, func(name string) (expr.Value, bool) {
			if name == flows.OperatorName {
				return expr.TextOf(by.Name), true
			}
			return look(name)
		}))
	}
	return offers, nil
}

// seen is look as far as by sees: whoever does not see the member's purse is not told it by
// what they send.
func seen(by staff.Person, look func(string) (expr.Value, bool)) func(string) (expr.Value, bool) {
	return func(name string) (expr.Value, bool) {
		if actions.OfPurse(name) && !by.SeesPurse() {
			return expr.Value{}, false
		}
		return look(name)
	}
}

// offer prints one reply with what is known.
func offer(p *flows.Programme, c support.Canned, lang string, look func(string) (expr.Value, bool)) Offer {
	phrase, problems := p.Phrase(actions.Vocabulary(), c.Text, lang)
	o := Offer{Canned: c}
	if len(problems) > 0 {
		o.Problem = problems[0]
		return o
	}
	for _, name := range phrase.Needs {
		if _, ok := look(name); !ok {
			o.Missing = append(o.Missing, name)
		}
	}
	if len(o.Missing) == 0 {
		o.Text = phrase.Render(func(name string) (locales.Arg, bool) {
			v, ok := look(name)
			return flows.Arg(v), ok
		}, phrase.Lang)
	}
	return o
}
