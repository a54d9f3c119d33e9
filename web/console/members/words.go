package members

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/flows"
	"besedka/locales"
	"besedka/web/console/ui"
)

// kinds are the documents, in the order of a card.
var kinds = []consent.Kind{consent.PersonalData, consent.Rules, consent.Advertising}

// causes are those for which a member may be suspended.
var causes = []string{string(review.Collected), string(review.Forged), string(review.Ineligible), string(review.Other)}

func groundNames() (names []string) {
	for _, g := range member.Grounds {
		names = append(names, string(g))
	}
	return names
}

func title(v ui.View, id int64) string {
	return v.With("members.title", locales.Args{"n": locales.Text(strconv.FormatInt(id, 10))})
}

func phones(all []member.Phone) string {
	var masked []string
	for _, p := range all {
		masked = append(masked, p.Masked)
	}
	return strings.Join(masked, ", ")
}

func orNone(v ui.View, text string) string {
	if text == "" {
		return v.T("members.no")
	}
	return text
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func yesTone(is bool) ui.Tone {
	if is {
		return ui.OK
	}
	return ui.Plain
}

func foundTone(by member.By) ui.Tone {
	if by == member.ByClaim {
		return ui.Warn
	}
	return ui.Plain
}

func cardTone(s card.Status) ui.Tone {
	switch s {
	case card.Active:
		return ui.OK
	case card.Blocked:
		return ui.Bad
	}
	return ui.Warn
}

func receiptTone(s receipt.State) ui.Tone {
	switch s {
	case receipt.Credited:
		return ui.OK
	case receipt.Rejected, receipt.Revoked:
		return ui.Bad
	}
	return ui.Warn
}

// channel is the name of a messenger, or of the desk.
func channel(v ui.View, c chat.Channel) string {
	if c == member.Desk {
		return v.T("members.desk")
	}
	return v.T("channels." + string(c))
}

func printable(k coupon.Coupon) string { return coupon.Printable(k.Number) }

func campaign(p *flows.Programme, id string) string {
	for _, c := range p.Campaigns {
		if c.ID == id {
			return c.Name
		}
	}
	return id
}

// words are a text of the programme's in the reader's language, or in its own.
func words(v ui.View, w map[string]string, otherwise string) string {
	if text := w[v.Lang]; text != "" {
		return text
	}
	for _, lang := range slices.Sorted(maps.Keys(w)) {
		if w[lang] != "" {
			return w[lang]
		}
	}
	return otherwise
}

func fieldTitle(v ui.View, f flows.Field) string { return words(v, f.Title, f.Name) }

// told is an answer as people read it.
func told(v ui.View, f flows.Field, text string) string {
	for _, o := range f.Options {
		if o.Name == text {
			return words(v, o.Title, o.Name)
		}
	}
	return text
}

// known says what stands in a field now.
func known(v ui.View, f flows.Field, text string) string {
	if text == "" {
		return v.T("members.unknown")
	}
	return v.With("members.known", locales.Args{"text": locales.Text(told(v, f, text))})
}

func currency(v ui.View, c flows.Currency) string {
	if forms := c.Title[v.Lang]; len(forms) > 0 {
		return forms[len(forms)-1]
	}
	return c.ID
}

// amount is a number of points, of minor units of a currency.
func amount(v ui.View, p *flows.Programme, id string, minor int64) string {
	for _, c := range p.Money {
		if c.ID == id && c.Scale == 0 {
			return v.Number(minor)
		}
	}
	return v.With("today.amount", locales.Args{"n": locales.Points(minor)})
}

// lotTerm is until when points of a lot are there.
func lotTerm(v ui.View, l ledger.Lot) string {
	switch {
	case l.Frozen:
		return v.T("members.lot_frozen")
	case l.Available.After(v.Now):
		return v.With("members.lot_from", locales.Args{"day": locales.Text(v.Day(l.Available))})
	case l.Expires != nil:
		return v.With("members.lot_until", locales.Args{"day": locales.Text(v.Day(*l.Expires))})
	}
	return v.T("members.lot_forever")
}

func tierName(v ui.View, one person) string {
	return words(v, one.Tier.Tier.Title, one.Tier.Tier.ID)
}

func cardNumber(one person) string {
	if one.Held.Card == nil {
		return ""
	}
	return one.Held.Card.Number
}

func cardAct(one person) string {
	if one.Held.Card == nil {
		return "members.act.card"
	}
	return "members.act.replace"
}

func otherStatuses(c card.Card) (names []string) {
	for _, s := range card.Statuses {
		if s != c.Status {
			names = append(names, string(s))
		}
	}
	return names
}

func consentAct(v ui.View, one person, kind consent.Kind) string {
	return v.T("members.consent_act." + yes(!one.Agreed[kind].Granted))
}

func subscribed(v ui.View, s consent.Subscription) string {
	if s.Wanted && !s.On {
		return v.T("members.subscribed.kept")
	}
	return v.T("members.subscribed." + yes(s.On))
}

func merged(v ui.View, g member.Merge) string {
	return v.With("members.merged", locales.Args{"from": locales.Text(strconv.FormatInt(g.From, 10)), "into": locales.Text(strconv.FormatInt(g.Into, 10))})
}

// inseparable says what cannot be told apart any more.
func inseparable(v ui.View, nouns []string) string {
	var names []string
	for _, n := range nouns {
		names = append(names, v.T("members.nouns."+n))
	}
	return v.With("members.trouble.inseparable.cure", locales.Args{"nouns": locales.Text(strings.Join(names, ", "))})
}

// atLeast is a number of rows of which some are read.
func atLeast(v ui.View, n int) string {
	if n == someRows {
		return v.With("members.at_least", locales.Args{"n": locales.Count(int64(n))})
	}
	return v.Number(int64(n))
}

// moves is what a merge will do, before it is done.
func moves(v ui.View, j joining) []string {
	lines := []string{v.T("members.move.chats")}
	for _, b := range j.From.Held.Balances {
		if b.Points != 0 {
			lines = append(lines, v.With("members.move.points", locales.Args{
				"amount": locales.Text(amount(v, j.From.Programme, b.ID, b.Points)), "currency": locales.Text(currency(v, b.Currency)),
			}))
		}
	}
	if n := len(j.From.Held.Receipts); n > 0 {
		lines = append(lines, v.With("members.move.receipts", locales.Args{"n": locales.Text(atLeast(v, n))}))
	}
	if n := len(j.From.Held.Coupons); n > 0 {
		lines = append(lines, v.With("members.move.coupons", locales.Args{"n": locales.Text(atLeast(v, n))}))
	}
	if j.From.Held.Card != nil && j.Into.Held.Card != nil {
		lines = append(lines, v.T("members.move.card"))
	}
	if j.From.SuspendedAt != nil {
		lines = append(lines, v.T("members.move.suspension"))
	}
	return append(lines, v.T("members.move.answers"), v.T("members.move.undo"))
}

// change is one field that somebody of the staff changed.
type change struct{ title, before, after string }

func changes(v ui.View, p *flows.Programme, e member.PlainEdit) (all []change) {
	for _, name := range slices.Sorted(maps.Keys(e.After)) {
		f, ok := p.Profile.Field(name)
		if !ok {
			f = flows.Field{Name: name}
		}
		all = append(all, change{fieldTitle(v, f), told(v, f, e.Before[name]), told(v, f, e.After[name])})
	}
	return all
}

// event is a line of a story.
func event(v ui.View, p *flows.Programme, e member.Event) string {
	args := locales.Args{"ref": locales.Text(strconv.FormatInt(e.Ref, 10)), "what": locales.Text(e.What)}
	key := string(e.Kind)
	switch e.Kind {
	case member.EventReceipt:
		args["sum"], args["what"] = locales.Text(v.Words.Money(e.Amount)), locales.Text(v.T("receipt_states."+e.What))
	case member.EventTwice:
		args["what"] = locales.Text(textOr(v, "today.reasons."+e.What, e.What))
	case member.EventPoints:
		args["what"], args["sum"] = locales.Text(v.T("members.points."+e.What)), locales.Text(signed(v, p, e))
	case member.EventCoupons, member.EventVoided:
		args["what"], args["n"] = locales.Text(campaign(p, e.What)), locales.Count(e.Amount)
	case member.EventConsent:
		key += "." + yes(e.Amount != 0)
		args["what"], args["channel"] = locales.Text(v.T("members.consent."+e.What)), locales.Text(channel(v, chat.Channel(e.Channel)))
	case member.EventSuspended:
		args["what"] = locales.Text(textOr(v, "members.causes."+e.What, e.What))
	case member.EventAct:
		return textOr(v, "members.acted."+e.What[strings.IndexByte(e.What, '.')+1:], e.What)
	}
	return v.With("members.event."+key, args)
}

// textOr is a text of ours, or what stands for it where there is none.
func textOr(v ui.View, key, otherwise string) string {
	if text := v.T(key); text != "console."+key {
		return text
	}
	return otherwise
}

func signed(v ui.View, p *flows.Programme, e member.Event) string {
	sum := amount(v, p, e.Currency, e.Amount)
	if e.Amount > 0 {
		sum = "+" + sum
	}
	for _, c := range p.Money {
		if c.ID == e.Currency {
			return fmt.Sprintf("%s (%s)", sum, currency(v, c))
		}
	}
	return sum
}
