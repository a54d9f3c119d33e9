package dialogs

import (
	"besedka/core/chat"
	"besedka/flows"
	"besedka/locales"
)

// ready are the program's own words about an answer that is refused: they name
// the bound, where a programme could only say that it did not understand. Of an
// answer that is none of the options, or no match of a pattern, they know no more
// than the programme does.
func (t *turn) ready(s *step, reason string) (text string, ok bool) {
	if !readyReasons[reason] {
		return "", false
	}
	return t.builtIn("answer."+reason, bounds(s)), true
}

// builtIn prints one of the program's own texts in the language of the turn.
func (t *turn) builtIn(key string, args locales.Args) string {
	return locales.BuiltIn().Printer(t.lang).Text(key, args)
}

// readyReasons are the reasons of which there is something to say.
var readyReasons = map[string]bool{
	"too_long": true, "not_a_name": true,
	"not_a_number": true, "too_small": true, "too_big": true,
	"not_a_year": true, "too_early": true, "too_late": true,
	"not_a_date": true, "no_such_date": true, "not_past": true, "not_future": true, "too_young": true, "too_old": true,
	"not_a_phone": true, "not_own": true, "not_an_email": true, "not_an_inn": true, "no_such_inn": true,
	"not_in_list": true, "not_a_photo": true, "not_a_location": true, "not_a_document": true, "not_received": true, "too_few": true, "too_many": true,
}

// bounds are those that the question keeps its answers in.
func bounds(s *step) locales.Args {
	x := s.Expect
	args := locales.Args{"min": locales.Count(int64(x.Min)), "max": locales.Count(int64(x.Max))}
	switch x.Type {
	case flows.TextType, flows.RegexType:
		args["max"] = locales.Count(int64(limit(x.Max, defaultMax)))
	case flows.NameType:
		args["max"] = locales.Count(int64(limit(x.Max, maxName)))
	}
	for _, r := range []*flows.Range{x.Range, x.Age} {
		if r != nil {
			args["from"], args["to"] = locales.Count(r.From), locales.Count(r.To)
		}
	}
	return args
}

// sayOwn says one of the program's own texts about a step, with the buttons of
// the question that goes on.
func (t *turn) sayOwn(slot, text string, buttons []*flows.Button) error {
	t.note(Note{Kind: SaidOwn, What: slot})
	return t.put(Say{Slot: t.s.Flow + "/" + slot, Message: chat.Message{Text: text}}, buttons)
}
