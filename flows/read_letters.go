package flows

import (
	"maps"
	"slices"
	"time"

	"besedka/core/expr"
	"besedka/core/letter/gsm"
	"besedka/core/source"
	"besedka/locales"
)

const lettersFile = "letters.yaml"

// MaxSMS is how many SMS one letter may be charged as.
const MaxSMS = 4

// readLetters reads letters.yaml; a programme may do without.
func (l *loader) readLetters(names []string) {
	if !slices.Contains(names, lettersFile) {
		return
	}
	n := l.parse(lettersFile)
	if n == nil {
		return
	}
	o := source.Fields(n, &l.problems)
	letters := o.Object("letters")
	l.p.Letters = map[string]LetterTo{}
	for _, event := range []string{letterGiven, letterExpiring} {
		if letters.Has(event) {
			l.p.Letters[event] = l.readLetter(letters.Object(event), event)
		}
	}
	letters.Done()
	o.Done()
}

func (l *loader) readLetter(o *source.Object, event string) (to LetterTo) {
	args := l.vocabulary.Events[event]
	to.SMS = l.wording(lettersFile, o.Node("sms"), event+".sms", args)
	l.checkSMS(to.SMS, args)
	if o.Has("email") {
		at, email := o.At("email"), o.Object("email")
		email.Require("title", "text")
		to.Title = l.wording(lettersFile, email.Node("title"), event+".email.title", args)
		withEnd := map[string]expr.Kind{}
		maps.Copy(withEnd, args)
		withEnd[UnsubscribeName] = expr.Text
		to.Text = l.wording(lettersFile, email.Node("text"), event+".email.text", withEnd)
		email.Done()
		l.checkEmail(to.Text, at)
	}
	o.Done()
	return to
}

// wording reads a text with placeholders and its translations.
func (l *loader) wording(file string, n *source.Node, key string, names map[string]expr.Kind) Wording {
	if n == nil {
		return nil
	}
	w := Wording{}
	l.word(w, l.base(), n, names)
	for _, lang := range l.p.Languages[1:] {
		if t := l.translated(lang, file, key, n.Pos); t != nil {
			l.word(w, lang, t, names)
		}
	}
	l.lostOf(w)
	return w
}

func (l *loader) word(w Wording, lang string, n *source.Node, names map[string]expr.Kind) {
	if line := l.readLine(n, lang); line != nil {
		l.checkLine(line, lang, names)
		w[lang] = []*Line{line}
	}
}

// checkSMS counts what an SMS of the wording is charged as, with values such as they are.
func (l *loader) checkSMS(w Wording, args map[string]expr.Kind) {
	for _, lang := range sorted(w) {
		parts := gsm.Parts(w.print(lang, func(name string) (locales.Arg, bool) { return usualArg(args[name]), true }))
		if parts > MaxSMS {
			l.report(w[lang][0].Pos(), "L685", source.Sentence("это примерно %d СМС, а платят за каждую", "this is about %d SMS, each of which is charged", parts),
				source.Sentence("сократите до %d: в одной 70 русских знаков, в частях длинной по 67", "shorten it to %d: one holds 160 Latin characters, 70 if any is not, a part of a long one 153 or 67", MaxSMS))
		}
	}
}

// usualWords are the reason of a top-up, for example.
const usualWords = "за терпение"

// usualArg is a value as long as most are.
func usualArg(k expr.Kind) locales.Arg {
	switch k {
	case expr.Points:
		return locales.Points(123450)
	case expr.Money:
		return locales.Money(123450)
	case expr.Date:
		return locales.Date(time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))
	case expr.Count:
		return locales.Count(10)
	}
	return locales.Text(usualWords)
}

func (l *loader) checkEmail(text Wording, at source.Pos) {
	if l.p.EmailField() == "" {
		l.report(at, "L686", source.Sentence("писать некуда: в анкете нет поля типа email", "there is nobody to write to: the profile has no field of type email"),
			source.Sentence("заведите поле в profile.yaml и спросите о нём", "add such a field to profile.yaml and ask for it"))
	}
	if base := text[l.base()]; len(base) > 0 && !slices.Contains(base[0].Needs, UnsubscribeName) {
		l.report(base[0].Pos(), "L687", source.Sentence("в письме не сказано, как от таких писем отказаться", "the letter does not say how to have no more of them"),
			source.Sentence("напечатайте ссылку: {unsubscribe}", "print the link: {unsubscribe}"))
	}
}
