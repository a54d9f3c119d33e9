package flows

import (
	"slices"

	"besedka/core/source"
)

// SkipOption leaves a question that may be skipped.
const SkipOption = "skip"

// addSkip adds the button that leads round a question with a type. Nothing is
// saved then; it goes on to the next step, or where `go: {skip: ..}` leads.
func (l *loader) addSkip(s *Step, o *source.Object) {
	n := o.Node("skippable")
	if n == nil {
		return
	}
	title := l.words(n, s.File, s.ID+".skippable")
	switch {
	case s.Ask == nil:
		return // that is told
	case s.Expect.Type == ChoiceType:
		l.report(n.Pos, "L120", source.Sentence("skippable бывает у вопроса с expect", "skippable goes with a question that has expect"), source.Sentence("здесь добавьте ещё кнопку и путь для неё в go", "add one more button here, and its way in go"))
		return
	case slices.ContainsFunc(s.Buttons, func(b *Button) bool { return b.ID == SkipOption }):
		l.report(n.Pos, "L120", source.Sentence("кнопка skip здесь уже есть", "there is a button skip already"), source.Sentence("оставьте её или skippable", "keep it, or skippable"))
		return
	}
	s.Buttons = append(s.Buttons, &Button{Pos: n.Pos, ID: SkipOption, Title: title, Skip: true})
}

// skips is the outcome of the button that skips, if the step has one.
func (s *Step) skips() []string {
	if slices.ContainsFunc(s.Buttons, func(b *Button) bool { return b.Skip }) {
		return []string{SkipOption}
	}
	return nil
}
