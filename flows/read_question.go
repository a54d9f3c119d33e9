package flows

import (
	"unicode/utf8"

	"besedka/core/expr"
	"besedka/core/source"
)

// readSurveyQuestions makes a step of every question, and of every row of a matrix.
func (l *loader) readSurveyQuestions(f *Flow, o *source.Object) {
	entries := o.Map("questions")
	if o.Has("questions") && len(entries) == 0 {
		l.empty(o.At("questions"))
	}
	for _, e := range entries {
		if !l.named(e.Key) {
			continue
		}
		if id := e.Key.Text; surveyNames[id] || l.p.Facts(l.vocabulary)[id] != 0 {
			l.report(e.Key.Pos, "L123", source.Sentence("«%s» в опросе уже что-то значит", "%q means something in a survey already", id), source.Sentence("назовите вопрос иначе", "call the question something else"))
			continue
		}
		l.readSurveyQuestion(f, e)
	}
	if len(f.Steps) > MaxSteps {
		l.limit(o.At("questions"), source.Sentence("вопросов", "questions"), MaxSteps)
	}
}

// readSurveyQuestion reads the keys that the type has. One of another type stays
// unasked, so Done reports it.
func (l *loader) readSurveyQuestion(f *Flow, e source.Entry) {
	o := source.Fields(e.Value, &l.problems)
	o.Require("type")
	q := &Question{ID: e.Key.Text, Type: l.readQuestionType(o.Node("type"))}
	if q.Type == "" {
		return
	}
	o.Require("ask")
	slot := func(part string) string { return q.ID + "." + part }
	s := &Step{
		Pos: e.Key.Pos, ID: q.ID, Question: q, where: places(o, "retry", "then"),
		When:   readExpr(o.Node("when")),
		Ask:    l.readText(o.Node("ask"), slot("ask")),
		Expect: &Expect{Pos: o.At("type"), Type: expects[q.Type]},
		Retry:  l.readLadder(o.Node("retry"), slot("retry")),
		Then:   o.Text("then"),
		Remind: l.readReminders(o.Node("remind"), slot("remind")),
		Expire: l.readExpire(o.Node("expire"), slot("expire")),
	}
	q.Step = s
	l.readAnswers(s, o, e)
	l.thenNeedsRetry(o, s.Retry)
	rows := l.readRows(q, o)
	l.addOurs(s)
	if o.Bool("optional") {
		s.Buttons = append(s.Buttons, &Button{Pos: o.At("optional"), ID: PassOption, Title: l.inEvery("Пропустить", "Skip", "→"), Ours: true})
	}
	o.Done()
	f.ask(q, rows)
}

// ask adds the step of a question, or one a row.
func (f *Flow) ask(q *Question, rows []Option) {
	if q.Type != MatrixQuestion {
		f.Survey.Questions = append(f.Survey.Questions, q)
		f.add(q.Step)
		return
	}
	for i, row := range rows {
		step, one := *q.Step, *q
		one.ID, one.Of, one.Row, one.Step = q.ID+"."+row.Name, q.ID, row.Title, &step
		step.ID, step.Question, one.repeats = one.ID, &one, i > 0
		f.Survey.Questions = append(f.Survey.Questions, &one)
		f.add(&step)
	}
}

func (l *loader) readQuestionType(n *source.Node) QuestionType {
	t := QuestionType(n.AsText(&l.problems))
	if _, ok := expects[t]; !ok && t != "" {
		l.unknown(n.Pos, "типа вопроса", "type of question", string(t), QuestionTypes())
		return ""
	}
	return t
}

// maxWritten is how many characters an answer in words may have that does not say.
const maxWritten = 500

// readAnswers reads what the type of a question takes for an answer.
func (l *loader) readAnswers(s *Step, o *source.Object, e source.Entry) {
	x := s.Expect
	switch s.Question.Type {
	case SingleQuestion:
		s.Buttons, s.Cases = l.readOptions(o, s.ID), l.readCasesOf(o.Map("go"), s.ID)
		s.where["go"] = o.At("go")
		if s.Cases != nil { // an answer that leads nowhere leads to the next question
			s.Go = &Branch{Pos: o.At("go")}
		}
	case MultiQuestion:
		s.Buttons, x.Min, x.Max = l.readOptions(o, s.ID), int(o.Int("min")), int(o.Int("max"))
		x.Done = l.words(o.Node("done"), e.Key.File, s.ID+".done")
	case NPSQuestion:
		x.Range = &Range{lowestMark, highestMark}
	case ScaleQuestion, MatrixQuestion:
		x.Range = l.readRange(o.Node("range"))
	case NumberQuestion:
		x.Range = l.readFigures(o, e)
	case TextQuestion:
		if x.Max = maxWritten; o.Has("max") {
			x.Max = int(o.Int("max"))
		}
	case DateQuestion:
		x.Past, x.Future = o.Bool("past"), o.Bool("future")
	}
	l.defaults(x, e.Value)
}

// maxFigure is the largest number that a survey takes, either way of nought: what
// has seven digits is a telephone, a card or a passport.
const maxFigure = 999_999

// readFigures reads the range of a number, whose answer is not sealed.
func (l *loader) readFigures(o *source.Object, e source.Entry) *Range {
	at, r := e.Key.Pos, l.readRange(o.Node("range"))
	switch {
	case o.Has("range") && r == nil: // told
		return nil
	case r != nil && r.From >= -maxFigure && r.To <= maxFigure:
		return r
	case r != nil:
		at = o.At("range")
	}
	l.report(at, "L161", source.Sentence("числом в опросе можно ответить, пока в нём не больше шести цифр", "a number in a survey has at most six digits"),
		source.Sentence("пишите range: 0..100; телефон спросите в анкете", "write range: 0..100; ask for a telephone in the profile"))
	return r
}

// readOptions reads the buttons of a choice.
func (l *loader) readOptions(o *source.Object, step string) []*Button {
	o.Require("options")
	entries := o.Map("options")
	if len(entries) > MaxButtons {
		l.limit(o.At("options"), source.Sentence("вариантов ответа", "options"), MaxButtons)
	}
	var list []*Button
	for _, e := range entries {
		if !l.named(e.Key) {
			continue
		}
		if len(e.Key.Text) > MaxOption {
			l.limit(e.Key.Pos, source.Sentence("байтов в имени варианта", "bytes in the name of an option"), MaxOption)
		}
		b := l.readButton(e, step+".options")
		if !b.Option() {
			l.report(b.Pos, "L120", source.Sentence("вариант ответа никуда не ведёт", "an option of an answer leads nowhere"), source.Sentence("оставьте title и words", "leave title and words"))
		}
		list = append(list, b)
	}
	if o.Has("options") && len(list) == 0 {
		l.empty(o.At("options"))
	}
	return list
}

// readRows reads the rows of a matrix; of another question there are none.
func (l *loader) readRows(q *Question, o *source.Object) []Option {
	if q.Type != MatrixQuestion {
		return nil
	}
	o.Require("rows")
	var rows []Option
	for _, e := range o.Map("rows") {
		if l.named(e.Key) {
			key := q.ID + ".rows." + e.Key.Text
			rows = append(rows, Option{Name: e.Key.Text, Title: l.words(e.Value, e.Key.File, key)})
			l.longRow(e.Value)
		}
	}
	if o.Has("rows") && len(rows) == 0 {
		l.empty(o.At("rows"))
	}
	return rows
}

func (l *loader) longRow(n *source.Node) {
	if utf8.RuneCountInString(n.Text) > MaxText {
		l.limit(n.Pos, source.Sentence("знаков в тексте", "characters in a text"), MaxText)
	}
}

// repeats says whether the step is a row of a matrix that has the texts and the
// condition of the first row, which are read there.
func (s *Step) repeats() bool { return s.Question != nil && s.Question.repeats }

// titles is the part of a translation's key that the titles of buttons have.
func (s *Step) titles() string {
	if s.Question != nil {
		return ".options"
	}
	return ".buttons"
}

// IsSurveyCall says whether only surveys make such a call.
func IsSurveyCall(name string) bool {
	_, ok := SurveyCalls()[name]
	return ok
}

// answerVars makes answers known by the names of their questions, but what was
// written in words: conditions cannot tell it apart, and a session has no room.
func (f *Flow) answerVars() {
	if f.Survey == nil {
		return
	}
	for _, q := range f.Survey.Questions {
		if kind := kinds[q.Step.Expect.Type]; kind != 0 && q.Type != TextQuestion {
			f.vars[q.ID] = kind
		}
	}
}

// compileWhen lets the condition of a question look at the questions before it.
func (l *loader) compileWhen(f *Flow, s *Step, names map[string]expr.Kind) {
	if s.When == nil {
		return
	}
	behind := f.Survey.Questions[f.Survey.Place(s.ID):]
	for _, q := range behind {
		delete(names, q.ID)
	}
	l.condition(s.When, names)
	for _, q := range behind {
		if kind, ok := f.vars[q.ID]; ok {
			names[q.ID] = kind
		}
	}
}
