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
// conversation came. It begins with certainty everywhere and takes it away
// until nothing changes.
type consented struct {
	l       *loader
	entry   map[string]bool // at the beginning of each flow
	exit    map[string]bool // at the end of each flow
	at      map[*Step]bool
	changed bool
}

func (l *loader) consentedSteps() *consented {
	c := &consented{l: l, entry: map[string]bool{}, exit: map[string]bool{}, at: map[*Step]bool{}}
	for id, f := range l.p.Flows {
		c.entry[id], c.exit[id] = !l.startsAnytime(f), true
		for _, s := range f.Steps {
			c.at[s] = true
		}
	}
	for c.changed = true; c.changed; {
		c.changed = false
		for _, id := range sorted(l.p.Flows) {
			c.flow(l.p.Flows[id])
		}
	}
	return c
}

// startsAnytime says whether a flow begins by itself rather than by another
// flow's `run`.
func (l *loader) startsAnytime(f *Flow) bool {
	heard := func(list []*Listen) bool {
		return slices.ContainsFunc(list, func(e *Listen) bool { return e.Run == f.ID || e.Go == f.ID })
	}
	if f.Start.Any || f.Start.Photo || len(f.Start.Words)+len(f.Start.Links) > 0 || f.ID == l.p.Fallback || f.ID == l.p.Stale || heard(l.p.Listen) {
		return true
	}
	for _, other := range l.p.Flows {
		if slices.ContainsFunc(other.Listen, func(e *Listen) bool { return e.Run == f.ID }) {
			return true
		}
	}
	return false
}

func (c *consented) certain(s *Step) bool { return c.at[s] || s.Skip.source() == noConsent }

func (c *consented) flow(f *Flow) {
	if len(f.Steps) > 0 {
		c.lower(f.Steps[0], c.entry[f.ID])
	}
	for _, s := range f.Steps {
		sure := c.certain(s)
		if s.Skip != nil {
			c.to(f, f.Skipped(s), c.at[s] || s.Skip.source() == hasConsent)
		}
		if s.When != nil {
			c.to(f, f.Skipped(s), c.at[s])
		}
		if s.Waits() {
			for _, e := range f.Listen {
				c.lower(f.Step(e.Step), sure)
			}
			c.lower(f.Step(f.ThenOf(s)), sure)
			if x := f.ExpireOf(s); x != nil {
				c.to(f, f.Target(s, x.Branch), sure)
			}
		}
		if s.falls() {
			c.to(f, f.Next(s), sure)
		}
		s.ways(func(name string, b *Branch) { c.branch(f, s, name, b, sure) })
	}
}

func (c *consented) branch(f *Flow, s *Step, name string, b *Branch, sure bool) {
	if s.Consent == PersonalData {
		sure = name == AgreeOption || name != RefuseOption && sure
	}
	if entry, ok := c.entry[b.Run]; ok {
		if entry && !sure {
			c.entry[b.Run], c.changed = false, true
		}
		sure = sure || c.exit[b.Run]
	}
	c.to(f, f.Target(s, b), sure)
}

// to lowers the certainty of the step a way leads to; "" is the flow's end.
func (c *consented) to(f *Flow, step string, sure bool) {
	if s := f.Step(step); s != nil {
		c.lower(s, sure)
	} else if step == "" {
		c.end(f, sure)
	}
}

func (c *consented) lower(s *Step, sure bool) {
	if c.at[s] && !sure { // no step is never certain
		c.at[s], c.changed = false, true
	}
}

func (c *consented) end(f *Flow, sure bool) {
	if c.exit[f.ID] && !sure {
		c.exit[f.ID], c.changed = false, true
	}
}
