package transcript

import (
	"strings"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows/faq"
)

// explainQuestion tells which questions of faq.yaml a message is near to, and
// what was counted.
func explainQuestion(n dialogs.Note) source.Text {
	if n.Found == nil {
		return source.Sentence("нажат частый вопрос %s", "the question %s is tapped", n.What)
	}
	best, next := n.Found.Best, n.Found.Next
	near := scored(best)
	switch n.Kind {
	case dialogs.HeardAsked:
		return source.Text{Ru: "это частый вопрос " + near.Ru + needed(n).Ru, En: "this is the question " + near.En + needed(n).En}
	case dialogs.HeardEither:
		also := scored(next)
		return source.Text{Ru: "это частый вопрос " + near.Ru + " или " + also.Ru, En: "this is the question " + near.En + " or " + also.En}
	}
	if best.Score >= n.Need { // of a free answer, which a question must not be taken for
		return source.Text{Ru: "похоже на частый вопрос " + near.Ru + ", но это может быть и ответ", En: "near to the question " + near.En + ", but it may be an answer"}
	}
	return source.Text{Ru: "ближайший частый вопрос - " + near.Ru + needed(n).Ru, En: "the nearest question is " + near.En + needed(n).En}
}

func needed(n dialogs.Note) source.Text {
	return source.Sentence("; нужно %d", "; %d is needed", n.Need)
}

// scored is a question, its score and the words that it was counted from.
func scored(m faq.Match) source.Text {
	var words []string
	for _, w := range m.Words {
		if w.Said == w.For {
			words = append(words, w.Said)
		} else {
			words = append(words, w.Said+" ~ "+w.For)
		}
	}
	return source.Sentence("%s (%d из 100: %s)", "%s (%d of 100: %s)", m.Name, m.Score, strings.Join(words, ", "))
}
