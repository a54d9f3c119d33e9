package actions

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/tier"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Call is a script's call with what its action may know about the turn.
type Call struct {
	dialogs.Call
	Now        time.Time
	Lang       string
	Channel    chat.Channel
	Who        member.Subject
	Inbox      int64     // the row that woke the turn
	ReceivedAt time.Time // when it came
	Input      dialogs.Input
}

// Do carries a call out in the turn's transaction.
type Do func(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error)

// Queue adds what a call asks of the database to a batch with the calls of other
// turns.
type Queue func(b *storage.Batch, c Call) (Answer, error)

// Answer is what a queued call has come to, once its batch was sent in tx.
type Answer func(ctx context.Context, tx storage.Tx) (dialogs.CallResult, error)

// Action is one thing that scripts may call for, by one of its two ways.
type Action struct {
	// Do is for turns that run alone.
	Do Do

	// Queue is for actions whose calls may share a transaction with other turns.
	// Such an action reads, or it writes what is its own member's or belongs to a
	// fiscal key: it waits for nobody's conversation, and nobody's waits for it.
	Queue Queue
}

// Shared is an action whose calls may share a transaction and ask it one after
// the other.
func Shared(do Do) Action {
	return Action{Queue: func(_ *storage.Batch, c Call) (Answer, error) {
		return func(ctx context.Context, tx storage.Tx) (dialogs.CallResult, error) { return do(ctx, tx, c) }, nil
	}}
}

// run carries out one call by itself.
func (a Action) run(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	if a.Do != nil {
		return a.Do(ctx, tx, c)
	}
	var b storage.Batch
	answer, err := a.Queue(&b, c)
	if err == nil {
		err = b.Send(ctx, tx)
	}
	if err != nil {
		return dialogs.CallResult{}, err
	}
	return answer(ctx, tx)
}

// Set is the actions by the name scripts call them.
type Set map[string]Action

// Do carries out the action that c names.
func (s Set) Do(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	action, ok := s[c.Name]
	if !ok {
		return dialogs.CallResult{}, fmt.Errorf("no action is called %s", c.Name)
	}
	return action.run(ctx, tx, c)
}

// Vocabulary is what scripts may speak of: the calls of this package, the
// facts the runner loads, and the events the core sends.
func Vocabulary() flows.Vocabulary {
	return flows.Vocabulary{Calls: calls(), Facts: facts(), Events: events()}
}

func facts() map[string]expr.Kind {
	return map[string]expr.Kind{
		"registered": expr.Bool, "demo": expr.Bool, "channel": expr.Text, "today": expr.Date, "joined": expr.Count,
		"consent.personal_data": expr.Bool, "consent.rules": expr.Bool, "consent.advertising": expr.Bool,
		"balance": expr.Points, "held": expr.Points, "pending": expr.Points, "pending_from": expr.Date, "expires_next": expr.Date, "expires_points": expr.Points,
		"receipts": expr.Count, "checking": expr.Count, "last_receipt": expr.Date,
		"vouched": expr.Text, // the sender's own number as their messenger vouches for it, masked
		"tier":    expr.Text, "tier_title": expr.Text, "tier_until": expr.Date,
	}
}

// purse are the facts that tell what a member has in all, and of their receipts wherever.
var purse = []string{"balance", "held", "pending", "pending_from", "expires_next", "expires_points", "receipts", "checking", "last_receipt"}

// OfPurse says whether a fact is for those alone who see a member's purse, see staff.Person.
func OfPurse(fact string) bool { return slices.Contains(purse, fact) }

// Newcomer is what the runner knows of a person at the first contact.
func Newcomer() dialogs.Facts {
	return dialogs.Facts{
		"registered": expr.BoolOf(false), "demo": expr.BoolOf(false), "joined": expr.CountOf(0),
		"balance": expr.PointsOf(0), "held": expr.PointsOf(0), "pending": expr.PointsOf(0), "receipts": expr.CountOf(0), "checking": expr.CountOf(0),
	}
}

func events() map[string]map[string]expr.Kind {
	return map[string]map[string]expr.Kind{
		"receipt.credited": {"receipt": expr.Count, "points": expr.Points, "sum": expr.Money, "total": expr.Points, "coupons": expr.Count, "numbers": expr.Text, "worded": expr.Bool},
		"receipt.rejected": {"receipt": expr.Count, "reason": expr.Text, "cause": expr.Text, "sum": expr.Money},
		"receipt.delayed":  {"receipt": expr.Count, "sum": expr.Money},
		"receipt.manual":   {"receipt": expr.Count, "sum": expr.Money},
		"receipt.unclear":  {"receipt": expr.Count, "sum": expr.Money},
		"receipt.kept":     {"receipt": expr.Count, "sum": expr.Money},
		"receipt.refunded": {"receipt": expr.Count, "points": expr.Points, "sum": expr.Money, "total": expr.Points, "coupons": expr.Count, "numbers": expr.Text},
		"receipt.revoked":  {"receipt": expr.Count, "reason": expr.Text, "points": expr.Points, "sum": expr.Money, "total": expr.Points, "coupons": expr.Count, "numbers": expr.Text},
		"points.given":     {"points": expr.Points, "reason": expr.Text, "total": expr.Points},
		"points.expiring":  {"points": expr.Points, "day": expr.Date},
		dialogs.GivenBack:  {"since": expr.Count, dialogs.AskArg: expr.Text},
		prize.EventChanged: {"order": expr.Count, "state": expr.Text},
		EventFamily:        {"what": expr.Text, "members": expr.Count},
		tier.EventChanged:  {"tier": expr.Text, "before": expr.Text, "reason": expr.Text, "points": expr.Points},
		"link.asked":       {"channel": expr.Text},
		"link.joined":      {"channel": expr.Text},
		"link.refused":     {"channel": expr.Text},
	}
}

func calls() map[string]flows.Call {
	all := map[string]flows.Call{
		"receipt.submit": {
			Outcomes: []string{
				"taken", "duplicate", "used", "no_code", "not_fiscal", "damaged", "foreign", "egais", "wrong_operation",
				"out_of_period", "future", "debug", "too_many", "limit",
			},
			Values: map[string]expr.Kind{
				"receipt": expr.Count, "sum": expr.Money, "reason": expr.Text, "country": expr.Text, "trouble": expr.Text, "manual": expr.Bool,
				"state": expr.Text, "points": expr.Points, // of a duplicate: checking, manual, credited, refunded (some of it or all) or revoked, and what it brings
				"asked": expr.Bool,                          // of a duplicate: a person had asked for another photo, and it is passed on
				"kind":  expr.Text, "incomplete": expr.Bool, // of what is not fiscal, and of what is damaged: only something is missing
			},
		},
		"receipt.why": {
			Args:     map[string]expr.Kind{"receipt": expr.Count},
			Outcomes: []string{"ok", "none"},
			Values:   map[string]expr.Kind{"why": expr.Text, "sum": expr.Money},
			Reads:    true,
		},
		"receipt.words": {
			Args:     map[string]expr.Kind{"receipt": expr.Count},
			Outcomes: []string{"said", "none"},
			Values:   map[string]expr.Kind{"words": expr.Text, "also": expr.Text}, // also: of other currencies
			Reads:    true,
		},
		"coupons.list": {
			Args:     map[string]expr.Kind{"before": expr.Count},
			Outcomes: []string{"last", "more", "none"},
			Values:   map[string]expr.Kind{"list": expr.Text, "live": expr.Count, "before": expr.Count},
			Reads:    true,
		},
		"profile.register": {Outcomes: []string{"done"}},
		"profile.phone": {
			Args:     map[string]expr.Kind{"phone": expr.Text, "own": expr.Bool},
			Outcomes: []string{"claimed", "verified", "joined", "invalid"},
		},
		"profile.vouched":     {Outcomes: []string{"verified", "joined", "none"}},
		"profile.unsubscribe": {Outcomes: []string{"done", "quiet", "none"}},
		"profile.subscribe":   {Outcomes: []string{"on", "same"}},
		"profile.erase":       {Outcomes: []string{"done"}},
		"profile.keep":        {Outcomes: []string{"kept", "none", "late"}},
		"link.issue":          {Outcomes: []string{"ok", "limit"}, Values: map[string]expr.Kind{"url": expr.Text, "code": expr.Text}},
		"link.open":           {Args: map[string]expr.Kind{"code": expr.Text}, Outcomes: []string{"ok", "expired", "own", "limit"}, Values: map[string]expr.Kind{"channel": expr.Text}},
		"link.accept":         {Outcomes: []string{"ok", "expired"}},
		"link.confirm":        {Outcomes: []string{"ok", "expired"}},
		"link.refuse":         {Outcomes: []string{"ok", "expired"}},
	}
	maps.Copy(all, requisites())
	maps.Copy(all, flows.SurveyCalls())
	maps.Copy(all, prizes())
	maps.Copy(all, points())
	maps.Copy(all, cards())
	maps.Copy(all, families())
	maps.Copy(all, codes())
	maps.Copy(all, tiers())
	maps.Copy(all, supports())
	return all
}
