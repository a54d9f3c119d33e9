package flows

import (
	"slices"
	"strings"

	"besedka/core/source"
)

// checkRefs reports names of steps, flows, fields, calls, events and reasons
// that do not exist.
func (l *loader) checkRefs() {
	l.flowExists(l.p.Fallback, l.fallbackAt)
	l.flowExists(l.p.Stale, l.staleAt)
	l.flowExists(l.p.Support.Rate, l.rateAt)
	l.checkListens(nil, l.p.Listen)
	l.checkStarts()
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		l.checkListens(f, f.everyListen())
		l.stepExists(f, f.Then, f.thenAt)
		if f.Expire != nil {
			l.stepExists(f, f.Expire.Go, f.Expire.Pos)
		}
		for _, s := range f.Steps {
			l.checkStepRefs(f, s)
			l.checkEdit(f, s)
			l.checkShown(f, s)
		}
	}
}

// checkStarts reports what would begin two flows: which of them is meant,
// nobody could say.
func (l *loader) checkStarts() {
	begins := map[trigger]*Flow{}
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		for _, t := range f.Start.triggers() {
			if other := begins[t]; other != nil && other != f {
				l.report(f.Start.where[t.key], "L209", source.Sentence("«%s» уже начинает сценарий %s, %s", "%q already begins flow %s, %s",
					shorten(strings.TrimSpace(t.key+" "+t.text)), other.ID, other.Start.where[t.key]), source.Sentence("оставьте в одном из них", "keep it in one of them"))
				continue
			}
			begins[t] = f
		}
	}
}

func (l *loader) unknown(at source.Pos, ru, en, name string, have []string) {
	if l.full() {
		return
	}
	l.unknownBut(at, ru, en, name, source.Meant(name, have))
}

func (l *loader) unknownBut(at source.Pos, ru, en, name string, cure source.Text) {
	l.report(at, "L121", source.Sentence("нет "+ru+" «%s»", "there is no "+en+" %q", shorten(name)), cure)
}

// flowExists says nothing of a flow whose file cannot be read: that is told.
func (l *loader) flowExists(id string, at source.Pos) {
	answers := id == FAQName && l.p.FAQ != nil // there is no first among them
	if id != "" && (l.p.Flows[id] == nil || answers) && !l.broken[id+".yaml"] {
		l.unknown(at, "сценария", "flow", id, sorted(l.p.Flows))
	}
}

// stepExists knows that who names no step may have meant another flow, which
// is not gone to but run.
func (l *loader) stepExists(f *Flow, id string, at source.Pos) {
	if id == "" || f.Step(id) != nil || l.full() {
		return
	}
	steps := sorted(f.index)
	cure := source.Meant(id, steps)
	if flow := source.Nearest(id, sorted(l.p.Flows)); flow != "" && source.Nearest(id, steps) == "" {
		cure = source.Sentence("может быть, run: %s?", "did you mean run: %s?", flow)
	}
	l.unknownBut(at, "шага", "step", id, cure)
}

func (l *loader) checkListens(f *Flow, list []*Listen) {
	for _, e := range list {
		l.flowExists(e.Run, e.Pos)
		l.flowExists(e.Go, e.Pos)
		l.stepExists(f, e.Step, e.Pos)
		l.eventExists(e.Event, e.Pos)
	}
}

func (l *loader) eventExists(name string, at source.Pos) {
	if _, ok := l.vocabulary.Events[name]; !ok && name != "" {
		l.unknown(at, "события", "event", name, sorted(l.vocabulary.Events))
	}
}

func (l *loader) checkStepRefs(f *Flow, s *Step) {
	s.branches(func(_ string, b *Branch) {
		l.stepExists(f, b.Go, b.Pos)
		l.flowExists(b.Run, b.Pos)
	})
	l.stepExists(f, s.Then, s.where["then"])
	if s.Wait != nil {
		l.eventExists(s.Wait.Event, s.Wait.Pos)
	}
	if _, ok := l.vocabulary.Calls[s.Call]; !ok && s.Call != "" && !(s.Served() && l.broken[servicesFile]) {
		l.unknown(s.where["call"], "вызова", "call", s.Call, sorted(l.vocabulary.Calls))
	}
	if f.Survey == nil && IsSurveyCall(s.Call) {
		l.unknownBut(s.where["call"], "вызова", "call", s.Call, source.Sentence("опрос начинает run: survey.имя", "run: survey.name begins a survey"))
	}
	for _, b := range s.Buttons {
		if b.Tap != "" && len(l.hears[b.Tap]) == 0 {
			l.unknown(b.Pos, "перебивания tap", "listen entry with tap", b.Tap, l.taps())
		}
	}
	l.checkReasons(s)
	l.checkSave(s)
}

func (l *loader) taps() []string {
	var taps []string
	for _, e := range l.p.Listen {
		if e.Tap != "" {
			taps = append(taps, e.Tap)
		}
	}
	return taps
}

func (l *loader) checkReasons(s *Step) {
	for _, reason := range sorted(s.Else) {
		if s.Expect != nil && s.Expect.Type != "" && !slices.Contains(Reasons[s.Expect.Type], reason) {
			l.unknown(s.Else[reason].Pos, "причины отказа", "reason", reason, Reasons[s.Expect.Type])
		}
	}
}

// checkSave wants the field to exist and to hold such answers.
func (l *loader) checkSave(s *Step) {
	if s.Save == "" || s.Expect == nil || s.Expect.Type == "" {
		return
	}
	f, ok := l.p.Profile.Field(s.Save)
	if !ok {
		l.unknown(s.where["save"], "поля анкеты", "profile field", s.Save, l.p.Profile.names())
		return
	}
	if f.Kind != kinds[s.Expect.Type] {
		l.report(s.where["save"], "L126", source.Sentence("поле «%s» другого типа, чем ответ", "field %q is of another type than the answer", f.Name),
			source.Sentence("в анкете тип %s", "the profile says %s", f.Type))
	}
	if s.Expect.Type.Listed() && f.Type == s.Expect.Type {
		l.checkOptions(s, f)
	}
}

func (l *loader) checkOptions(s *Step, f Field) {
	var have []string
	for _, o := range f.Options {
		have = append(have, o.Name)
	}
	for _, b := range s.Buttons {
		passes := b.Ours || b.Skip || s.Expect.Type == MultiType && s.Cases[b.ID] != nil // is no answer
		if b.Option() && !passes && !slices.Contains(have, b.ID) {
			l.unknown(b.Pos, "у поля "+f.Name+" варианта", "option of field "+f.Name, b.ID, have)
		}
	}
}
