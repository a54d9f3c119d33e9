package flows

import (
	"slices"

	"besedka/core/source"
)

// checkConsent holds invariant 11: personal data is asked for only after
// consent to it, and each consent is asked for apart.
func (l *loader) checkConsent() {
	for _, id := range sorted(l.p.Flows) {
		for _, s := range l.p.Flows[id].Steps {
			if s.Consent != "" {
				l.checkConsentStep(s)
			}
		}
	}
	known := l.consentedSteps()
	l.checkServed(known)
	for _, id := range sorted(l.p.Flows) {
		for _, s := range l.p.Flows[id].Steps {
			if l.asksPersonal(s) && !known.certain(s) {
				l.report(s.personalAt(), "L501", source.Sentence("шаг «%s» спрашивает персональные данные раньше согласия", "step %q asks for personal data before consent", s.ID),
					source.Sentence("поставьте перед ним шаг с consent: personal_data, или skip: not consent.personal_data", "put a step with consent: personal_data before it, or skip: not consent.personal_data"))
			}
		}
	}
}

func (l *loader) checkConsentStep(s *Step) {
	at := s.where["consent"]
	if !slices.Contains(consentKinds, s.Consent) {
		l.report(at, "L122", source.Sentence("нет согласия вида «%s»", "there is no consent of kind %q", s.Consent), source.Meant(s.Consent, consentKinds))
		return
	}
	if l.p.Consents[s.Consent] == nil {
		l.report(at, "L122", source.Sentence("в programme.yaml нет текста согласия «%s»", "programme.yaml has no text of the consent %q", s.Consent), source.Sentence("добавьте его в consents", "add it to consents"))
	}
	options := s.options()
	slices.Sort(options)
	if !slices.Equal(options, []string{AgreeOption, RefuseOption}) {
		l.report(at, "L503", source.Sentence("у согласия ровно две кнопки: agree и refuse", "a consent has exactly two buttons: agree and refuse"),
			source.Sentence("назовите их так: agree и refuse, а слова на них - ваши", "name them so; the words on them are yours"))
	}
	l.checkConsentText(s, at)
}

// checkConsentText wants the question to link its own document and no other.
func (l *loader) checkConsentText(s *Step, at source.Pos) {
	own := false
	s.texts(func(t *Text) {
		for _, c := range t.Cases {
			l.linksConsent(s, t, c)
			for _, line := range c.Lines[l.base()] {
				for kind, link := range linkOf {
					has := slices.Contains(line.Needs, link)
					own = own || has && kind == s.Consent
					if has && kind != s.Consent {
						l.report(line.node.Pos, "L502", source.Sentence("согласие «%s» смешано с другим документом: {%s}", "the consent %q is mixed with another document: {%s}", s.Consent, link),
							source.Sentence("спросите о нём отдельным шагом", "ask about it in a step of its own"))
					}
				}
			}
		}
	})
	if !own {
		l.report(at, "L503", source.Sentence("вопрос о согласии без ссылки на его текст", "a question about consent without a link to its text"),
			source.Sentence("добавьте {%s}", "add {%s}", linkOf[s.Consent]))
	}
}

// asksPersonal says whether the answer of s is personal data.
func (l *loader) asksPersonal(s *Step) bool {
	if s.Expect == nil {
		return false
	}
	if s.Expect.Type.identifies() {
		return true
	}
	f, _ := l.p.Profile.Field(s.Save)
	return f.Sealed || f.Consent != ""
}

func (s *Step) personalAt() source.Pos {
	if at, ok := s.where["save"]; ok {
		return at
	}
	return s.Expect.Pos
}

const (
	hasConsent = ConsentPrefix + PersonalData
	noConsent  = "not " + hasConsent
)

// consented tells where consent to personal data is certain whichever way a
// conversation came. It begins with certainty everywhere and takes it away from
// a place once, along the ways that lead from it.
type consented struct {
	entry map[string]bool // at the beginning of each flow
	exit  map[string]bool // at the end of each flow
	at    map[*Step]bool
	runs  map[string][]passage // by the flow that they run
	queue []passage            // steps whose ways are to be looked at
	flows map[string]*Flow
}

// passage is a step, and one of its ways.
type passage struct {
	f    *Flow
	s    *Step
	name string
	b    *Branch
}

func (l *loader) consentedSteps() *consented {
	c := &consented{entry: map[string]bool{}, exit: map[string]bool{}, at: map[*Step]bool{}, runs: map[string][]passage{}, flows: l.p.Flows}
	ids := sorted(l.p.Flows)
	for _, id := range ids {
		c.entry[id], c.exit[id] = true, true
		for _, s := range l.p.Flows[id].Steps {
			c.add(l.p.Flows[id], s)
		}
	}
	heard := l.heardFlows()
	for _, id := range ids {
		if f := l.p.Flows[id]; heard[id] || f.Start.Begins() {
			c.enter(f)
		}
	}
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.step(next.f, next.s)
	}
	return c
}

// add begins with certainty at a step.
func (c *consented) add(f *Flow, s *Step) {
	c.at[s], c.queue = true, append(c.queue, passage{f: f, s: s})
	s.ways(func(name string, b *Branch) {
		if b.Run != "" {
			c.runs[b.Run] = append(c.runs[b.Run], passage{f, s, name, b})
		}
	})
}

// Begins says whether anything but another flow begins the flow.
func (s Start) Begins() bool { return s.Any || s.Photo || len(s.Words)+len(s.Links) > 0 }

// heardFlows are those that begin in the middle of others, or of nothing.
func (l *loader) heardFlows() map[string]bool {
	heard := map[string]bool{l.p.Fallback: true, l.p.Stale: true, l.p.Support.Rate: true}
	for _, e := range l.p.Listen {
		heard[e.Run], heard[e.Go] = true, true
	}
	for _, f := range l.p.Flows {
		for _, e := range f.everyListen() {
			heard[e.Run] = true
		}
	}
	return heard
}

func (c *consented) certain(s *Step) bool { return c.at[s] || s.Skip.source() == noConsent }

// step takes certainty from whatever the step leads to without it.
func (c *consented) step(f *Flow, s *Step) {
	sure := c.certain(s)
	if s.Skip != nil {
		for _, next := range f.skips(s) {
			c.to(f, next, c.at[s] || s.Skip.source() == hasConsent)
		}
	}
	if s.When != nil {
		c.to(f, f.Skipped(s), c.at[s])
	}
	if s.Waits() {
		for _, e := range slices.Concat(f.Listen, s.Listen) {
			c.lower(f, f.Step(e.Step), sure)
		}
		c.lower(f, f.Step(f.ThenOf(s)), sure)
		if x := f.ExpireOf(s); x != nil {
			c.to(f, f.Target(s, x.Branch), sure)
		}
	}
	if s.falls() {
		c.to(f, f.Next(s), sure)
	}
	s.ways(func(name string, b *Branch) { c.branch(passage{f, s, name, b}) })
}

func (c *consented) branch(w passage) {
	sure := c.certain(w.s)
	if w.s.Consent == PersonalData {
		sure = w.name == AgreeOption || w.name != RefuseOption && sure
	}
	if run := c.flows[w.b.Run]; run != nil {
		if !sure {
			c.enter(run)
		}
		sure = sure || c.exit[run.ID]
	}
	c.to(w.f, w.f.Target(w.s, w.b), sure)
}

// enter begins a flow without certainty.
func (c *consented) enter(f *Flow) {
	if c.entry[f.ID] && len(f.Steps) > 0 {
		c.entry[f.ID] = false
		c.lower(f, f.Steps[0], false)
	}
}

// to lowers the certainty of the step a way leads to; "" is the flow's end.
func (c *consented) to(f *Flow, step string, sure bool) {
	if s := f.Step(step); s != nil {
		c.lower(f, s, sure)
	} else if step == "" && !sure {
		c.end(f)
	}
}

func (c *consented) lower(f *Flow, s *Step, sure bool) {
	if c.at[s] && !sure { // no step is never certain
		c.at[s], c.queue = false, append(c.queue, passage{f: f, s: s})
	}
}

// end ends a flow without certainty, and so whatever runs it goes on.
func (c *consented) end(f *Flow) {
	if !c.exit[f.ID] {
		return
	}
	c.exit[f.ID] = false
	for _, w := range c.runs[f.ID] {
		c.branch(w)
	}
}
