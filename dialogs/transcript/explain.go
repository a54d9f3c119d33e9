package transcript

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Explain tells the decisions of a turn, each with the place in the files that
// made it.
func Explain(notes []dialogs.Note) []source.Text {
	var told []source.Text
	for i, n := range notes {
		if n.Kind == dialogs.Said {
			told = append(told, unknown(n, notes[:i])...)
		}
		if text := explain(n); text.Ru != "" {
			told = append(told, text)
		}
	}
	return told
}

func explain(n dialogs.Note) source.Text {
	switch n.Kind {
	case dialogs.Entered:
		return source.Sentence("шаг %s (%s)", "step %s (%s)", step(n), n.Step.Pos)
	case dialogs.Skipped:
		return explainSkip(n)
	case dialogs.Left:
		return explainWay(n)
	case dialogs.Routed:
		return explainRoute(n)
	case dialogs.GaveUp:
		return source.Sentence("слова retry кончились: дальше шаг %s", "the words of retry have ended: on to step %s", n.What)
	case dialogs.Passed:
		return withUnknown(source.Sentence("случай %s мимо: не выполнено %s", "case %s is passed over: %s does not hold", n.Case.Pos, n.Case.When.Source()), n.What)
	case dialogs.SaidOwn:
		return source.Sentence("сказаны готовые слова %s", "ready words are said: %s", n.What)
	case dialogs.Said:
		return withUnknown(explainText(n), n.What)
	case dialogs.Edits:
		return source.Sentence("это о %s: меняется прежнее сообщение, последнее в чате", "this is about %s: the message before is changed, the last one in the chat", n.What)
	case dialogs.Anew:
		return source.Sentence("это о %s: новым сообщением, прежнего нет, или оно не последнее, или старше минуты", "this is about %s: a message of its own, as there is none before, or it is not the last one, or older than a minute", n.What)
	}
	return explainBack(n)
}

// explainBack tells what became of the way back.
func explainBack(n dialogs.Note) source.Text {
	switch n.Kind {
	case dialogs.Returned:
		return source.Sentence("назад к вопросу %s (%s)", "back to question %s (%s)", step(n), n.Step.Pos)
	case dialogs.Cleared:
		return source.Sentence("ответ %s забыт: на вопрос %s ответят снова", "the answer %s is forgotten: question %s is answered anew", n.What, step(n))
	case dialogs.Circling:
		return source.Sentence("то же самое сказали бы в третий раз: зовём людей", "the same would be said a third time: people are called")
	case dialogs.Stayed:
		return source.Sentence("от шага %s назад пути нет: раньше ничего не спрашивали, или сделанного уже не отменить", "there is no way back from step %s: nothing was asked before, or what was done cannot be undone", step(n))
	}
	return explainHeard(n)
}

func explainSkip(n dialogs.Note) source.Text {
	switch s := n.Step; {
	case s.Skip != nil:
		return source.Sentence("шаг %s пропущен: %s", "step %s is skipped: %s", step(n), s.Skip.Source())
	case s.When != nil:
		return source.Sentence("вопрос %s не этому участнику: %s", "question %s is for others: %s", step(n), s.When.Source())
	}
	return source.Sentence("на вопрос %s уже отвечено", "question %s is answered already", step(n))
}

// withUnknown adds the names that nobody knows.
func withUnknown(t source.Text, names string) source.Text {
	if names != "" {
		t.Ru += "; неизвестно: " + names
		t.En += "; not known: " + names
	}
	return t
}

// explainHeard tells how what came was understood.
func explainHeard(n dialogs.Note) source.Text {
	switch n.Kind {
	case dialogs.HeardButton:
		return source.Sentence("нажата кнопка %s вопроса %s", "the button %s of question %s is tapped", n.What, step(n))
	case dialogs.HeardTitle:
		return source.Sentence("это слова или номер кнопки %s вопроса %s", "these are the words or the number of button %s of question %s", n.What, step(n))
	case dialogs.HeardAnswer:
		return source.Sentence("это ответ на %s: годится как %s (%s)", "this answers %s: it will do as %s (%s)", step(n), n.Step.Expect.Type, n.Step.Expect.Pos)
	case dialogs.HeardWord, dialogs.HeardTap, dialogs.HeardEvent, dialogs.HeardPhoto:
		return explainEntry(n)
	case dialogs.HeardAsked, dialogs.HeardEither, dialogs.HeardFar:
		return explainQuestion(n)
	case dialogs.Refused:
		return source.Sentence("это не ответ на %s: %s", "this is no answer to %s: %s", step(n), n.What)
	}
	return explainElse(n)
}

func explainElse(n dialogs.Note) source.Text {
	switch n.Kind {
	case dialogs.HeardLink:
		return source.Sentence("ссылка %s начинает сценарий", "the link %s begins a flow", n.What)
	case dialogs.HeardFirst:
		return source.Sentence("это первый контакт: start с any", "this is the first contact: start with any")
	case dialogs.HeardLost:
		return source.Sentence("этого никто не ждёт: fallback программы", "nobody listens for this: the programme's fallback")
	case dialogs.HeardStale:
		return source.Sentence("кнопка прежнего меню: stale программы", "a button of an old menu: the programme's stale")
	case dialogs.HeardAlbum:
		return source.Sentence("это ещё одно фото альбома, который уже ответил на вопрос", "this is one more picture of the album that has answered the question already")
	case dialogs.HeardPeople:
		return source.Sentence("разговор у людей, бот молчит", "people have the conversation, the bot is silent")
	case dialogs.HeardNobody:
		return source.Sentence("%s никто не ждёт", "nobody waits for %s", n.What)
	}
	return source.Text{}
}

func step(n dialogs.Note) string { return n.Flow + "/" + n.Step.ID }

// explainEntry tells which entry heard what came.
func explainEntry(n dialogs.Note) source.Text {
	at, to := n.Listen.Pos, leads(n.Listen)
	switch n.Kind {
	case dialogs.HeardTap:
		return source.Sentence("кнопку %s слышит запись %s: %s", "the button %s is heard by the entry %s: %s", n.What, at, to)
	case dialogs.HeardEvent:
		return source.Sentence("событие %s слышит запись %s: %s", "the event %s is heard by the entry %s: %s", n.What, at, to)
	case dialogs.HeardPhoto:
		return source.Sentence("фото слышит запись %s: %s", "the photo is heard by the entry %s: %s", at, to)
	}
	return source.Sentence("слово «%s» слышит запись %s: %s", "the word %q is heard by the entry %s: %s", n.What, at, to)
}

// leads is where an entry goes, as it is written.
func leads(l *flows.Listen) string {
	switch {
	case l.Back:
		return "back"
	case l.Run != "":
		return strings.TrimSuffix("run "+l.Run+", then "+string(l.Then), ", then ")
	case l.Step != "":
		return "go " + l.Step
	}
	return "go " + l.Go
}

// explainWay tells the branch of an outcome; a step that has none needs no
// word.
func explainWay(n dialogs.Note) source.Text {
	if n.What == "" || n.Step.Routes != nil {
		return source.Text{}
	}
	if b := n.Step.Way(n.What); b != nil {
		return source.Sentence("исход %s шага %s (%s)", "outcome %s of step %s (%s)", n.What, step(n), b.Pos)
	}
	return source.Sentence("исход %s шага %s: дальше по порядку", "outcome %s of step %s: on to the next", n.What, step(n))
}

// explainRoute tells which condition of go leads on.
func explainRoute(n dialogs.Note) source.Text {
	for i, r := range n.Step.Routes {
		switch {
		case n.Step.RouteName(i) != n.What:
		case r.When == nil:
			return source.Sentence("go шага %s: условия выше не выполнены (%s)", "go of step %s: no condition above holds (%s)", step(n), r.Pos)
		default:
			return source.Sentence("go шага %s: выполнено %s (%s)", "go of step %s: %s holds (%s)", step(n), r.When.Source(), r.Pos)
		}
	}
	return source.Sentence("go шага %s: ни одно условие не выполнено, дальше по порядку", "go of step %s: no condition holds, on to the next", step(n))
}

// explainText tells which case was taken and which of its lines.
func explainText(n dialogs.Note) source.Text {
	c, lines, i := chosen(n)
	why := source.Sentence("без условия", "no condition")
	if c.When != nil {
		why = source.Sentence("выполнено %s", "%s holds", c.When.Source())
	}
	if len(n.Text.Cases) == 1 && c.When == nil {
		why = source.Sentence("других случаев нет", "there are no other cases")
	}
	return source.Text{
		Ru: fmt.Sprintf("сказано %s (%s): %s; вариант %d из %d", n.Text.Slot, n.Line.Pos(), why.Ru, i+1, len(lines)),
		En: fmt.Sprintf("said %s (%s): %s; variant %d of %d", n.Text.Slot, n.Line.Pos(), why.En, i+1, len(lines)),
	}
}

// chosen finds the case of what was said, its lines in the language spoken and
// which of them it was.
func chosen(n dialogs.Note) (*flows.Case, []*flows.Line, int) {
	for _, c := range n.Text.Cases {
		for _, by := range append(slices.Collect(maps.Values(c.For)), c.Lines) {
			for _, lines := range by {
				if i := slices.Index(lines, n.Line); i >= 0 {
					return c, lines, i
				}
			}
		}
	}
	return n.Text.Cases[0], nil, 0
}

// unknown tells the cases before the one said whose condition holds, but which
// print a name that nobody knows.
func unknown(n dialogs.Note, before []dialogs.Note) (told []source.Text) {
	said, _, _ := chosen(n)
	for _, c := range n.Text.Cases {
		if c == said {
			break
		}
		if slices.ContainsFunc(before, func(b dialogs.Note) bool { return b.Case == c }) {
			continue
		}
		names := strings.Join(needs(c), ", ")
		told = append(told, source.Sentence("случай %s мимо: неизвестно что-то из %s", "case %s is passed over: something of %s is not known", c.Pos, names))
	}
	return told
}

// needs are the names that a case prints.
func needs(c *flows.Case) []string {
	var all []string
	for _, lines := range c.Lines {
		for _, line := range lines {
			all = append(all, line.Needs...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
