package dialogs

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/flows"
)

// option takes a tapped, typed or numbered option. On a question of another
// type it is a way around the answer.
func (t *turn) option(s *step, b *flows.Button) error {
	t.noteOption(s, b)
	switch {
	case b.Skip:
		return t.follow(s, b.ID)
	case b.ID == flows.PassOption:
		t.respond(s, expr.Value{})
		return t.follow(s, b.ID)
	case s.Expect.Type == flows.ChoiceType:
		t.answer = expr.TextOf(b.ID)
	case s.Expect.Type == flows.MultiType && s.Cases[b.ID] == nil:
		return t.picked(s, b)
	case b.Ours: // a mark of a scale
		mark, _ := strconv.ParseInt(b.ID, 10, 64)
		t.answer = expr.CountOf(mark)
	default:
		return t.follow(s, b.ID)
	}
	return t.answered(s)
}

// answered records the answer of a question and goes on.
func (t *turn) answered(s *step) error {
	if s.Expect.Type != flows.ChoiceType {
		t.noteStep(HeardAnswer, s, "")
	}
	if s.Consent != "" {
		t.fence()
		t.out = append(t.out, Agree{Kind: s.Consent, Granted: t.answer.Text() == flows.AgreeOption, Version: t.e.p.Consents[s.Consent].Version})
	}
	if s.Save != "" {
		t.out = append(t.out, Save{Field: s.Save, Value: t.answer})
	}
	if s.Question != nil {
		t.respond(s, t.answer)
	}
	t.keepAlbum()
	t.rest()
	t.s.Step = s.ID
	next, stop, err := t.act(s)
	return t.onward(next, stop, err)
}

// refuse says why an answer was not understood, or leaves when the ladder of
// texts has ended.
func (t *turn) refuse(s *step, reason string) error {
	t.reason, t.puzzled = reason, true
	t.noteStep(Refused, s, reason)
	sc := t.e.scripts[t.s.Flow]
	t.s.Tries++
	ladder, then := sc.RetryOf(s.Step), sc.ThenOf(s.Step)
	b := s.Else[reason]
	switch {
	case b != nil && (b.Go != "" || b.Run != "" || b.End):
		t.rest()
		next, stop, err := t.branch(s, b)
		return t.onward(next, stop, err)
	case then != "" && t.s.Tries > len(ladder):
		t.noteStep(GaveUp, s, then)
		return t.move(s, then)
	case b != nil && b.Say != nil:
		return t.say(b.Say, s.Buttons)
	case len(ladder) > 0:
		return t.say(ladder[min(t.s.Tries, len(ladder))-1], s.Buttons)
	}
	if text, ok := t.ready(s, reason); ok {
		return t.sayOwn(s.ID+"."+reason, text, s.Buttons)
	}
	ladder = t.e.p.Retry
	return t.ask(s, ladder[min(t.s.Tries, len(ladder))-1])
}

const (
	defaultMax = 100 // characters of an answer in words
	maxName    = 60
)

// understand reads the answer to the question of s, or returns why it cannot
// be one: a reason of flows.Reasons.
func (t *turn) understand(s *step, in *chat.Inbound) (reason string) {
	x := s.Expect
	text := strings.TrimSpace(in.Text)
	switch x.Type {
	case flows.TextType:
		return t.words(in, text, limit(x.Max, defaultMax))
	case flows.NameType:
		if reason := t.words(in, text, limit(x.Max, maxName)); reason != "" {
			return reason
		}
		return t.name(text)
	case flows.IntType, flows.ScaleType:
		return t.int(text, x.Range)
	case flows.YearType:
		return t.year(text, x.Range)
	case flows.DateType:
		return t.date(text, x)
	case flows.EmailType:
		return t.email(text)
	case flows.INNType:
		return t.inn(text)
	case flows.RegexType:
		if reason := t.words(in, text, limit(x.Max, defaultMax)); reason != "" {
			return reason
		}
		return t.matches(x.Pattern)
	case flows.DictionaryType:
		if reason := t.words(in, text, defaultMax); reason == "not_text" {
			return reason
		}
		return t.nearList(x.From, text)
	case flows.MultiType:
		return t.several(s, text)
	case flows.PhoneType, flows.ContactType:
		return t.phone(in, text, x.Type)
	case flows.LocationType:
		return t.place(in, text)
	case flows.DocumentType:
		return t.document(in)
	case flows.PhotoType:
		if !isReceipt(in) || in.Photo != nil && in.Photo.PDF {
			return "not_a_photo"
		}
		return ""
	}
	return "no_such_option"
}

func limit(given, otherwise int) int {
	if given > 0 {
		return given
	}
	return otherwise
}

// words takes any text, but no picture with a caption and nothing else that is
// not simply written. Control characters are spaces: no database column takes a
// NUL.
func (t *turn) words(in *chat.Inbound, text string, limit int) (reason string) {
	switch {
	case text == "" || in.Photo != nil || in.File != nil || in.Contact != nil || in.Location != nil || !strings.ContainsFunc(text, unicode.IsGraphic):
		return "not_text"
	case utf8.RuneCountInString(text) > limit:
		return "too_long"
	}
	t.answer = expr.TextOf(strings.Join(strings.FieldsFunc(text, notWritten), " "))
	return ""
}

func notWritten(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// name takes letters with what stands between them in names: Anna-Maria,
// O'Neil, Анна Петровна.
func (t *turn) name(text string) (reason string) {
	letters := 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsMark(r) && !unicode.IsSpace(r) && !strings.ContainsRune("-'’.", r):
			return "not_a_name"
		}
	}
	if letters == 0 {
		return "not_a_name"
	}
	return ""
}

func (t *turn) date(text string, x *flows.Expect) (reason string) {
	day, reason := parseDate(text)
	if reason != "" {
		return reason
	}
	year, month, date := t.env.Now.In(t.e.p.Location).Date()
	today := expr.DateOf(timeOf(year, month, date)).Day()
	switch age := int64(flows.Age(day, today)); {
	case x.Past && !day.Before(today):
		return "not_past"
	case x.Future && !day.After(today):
		return "not_future"
	case x.Age != nil && age < x.Age.From:
		return "too_young"
	case x.Age != nil && age > x.Age.To:
		return "too_old"
	}
	t.answer = expr.DateOf(day)
	return ""
}

// phone takes a typed number, or a contact card that is the sender's own; a
// number without a country code belongs to the programme's country.
func (t *turn) phone(in *chat.Inbound, text string, want flows.Type) (reason string) {
	if in.Contact != nil {
		if want == flows.ContactType && !in.Contact.Own {
			return "not_own"
		}
		text = in.Contact.Phone
	}
	if !slices.ContainsFunc([]rune(text), unicode.IsDigit) {
		return "not_a_phone"
	}
	n, err := phonenumbers.Parse(text, t.e.p.Country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "not_a_phone"
	}
	t.answer, t.own = expr.TextOf(phonenumbers.Format(n, phonenumbers.E164)), in.Contact != nil && in.Contact.Own
	return ""
}

// title makes an option known by what stands on its button, in every language,
// and by what else means it.
func (s *step) title(b *flows.Button) {
	for _, title := range b.Title {
		s.titles[flows.Normal(title)] = b
	}
	for _, word := range b.Words {
		if key := flows.Normal(word); s.titles[key] == nil {
			s.titles[key] = b
		}
	}
}

// number makes options known by their place in the list too, alone or copied with
// the title, unless that stands on a button: of "5", "4", "3" a typed 3 is the last.
func (s *step) number() {
	n := 0
	for _, b := range s.Buttons {
		if b.URL == nil && !b.Contact { // those have no number, see chat.Degrade
			n++
		}
		if !b.Option() || !s.Expect.Type.Listed() {
			continue
		}
		place := strconv.Itoa(n)
		keys := []string{place}
		for _, title := range b.Title {
			keys = append(keys, flows.Normal(place+" "+title))
		}
		for _, key := range keys {
			if s.titles[key] == nil {
				s.titles[key] = b
			}
		}
	}
}
