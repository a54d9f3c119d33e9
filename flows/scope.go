package flows

import (
	"maps"
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/core/source"
)

// Names that the engine itself answers, beside facts and variables.
const (
	AnswerName       = "answer"       // the answer, in set and with of its step
	OwnName          = "answer.own"   // whether a phone came as the person's own contact
	ReasonName       = "refused"      // why an answer was refused, in retry and else
	PayloadName      = "payload"      // what followed the prefix of a link that began the flow
	MissesName       = "misses"       // how many messages in a row nobody understood, in the fallback
	UnreadName       = "unread"       // how many photos in a row gave no code
	InterruptingName = "interrupting" // whether a question waits to be asked again after this flow
	SegmentPrefix    = "segment."
	ProfilePrefix    = "profile."
	ConsentPrefix    = "consent."
	LinkPrefix       = "link." // pages of the programme: link.consent, link.rules, link.advertising, link.home
)

// Links returns the names of links to pages of the programme, for whoever
// knows the addresses.
func Links() []string { return []string{"link.consent", "link.rules", "link.advertising", "link.home"} }

// linkOf is the link to the document of each kind of consent.
var linkOf = map[string]string{PersonalData: "link.consent", Rules: "link.rules", Advertising: "link.advertising"}

// Facts returns the names about a member that segments and scripts may read:
// those of the vocabulary, the profile's fields and the consents.
func (p *Programme) Facts(v Vocabulary) map[string]expr.Kind {
	names := maps.Clone(v.Facts)
	if names == nil {
		names = map[string]expr.Kind{}
	}
	for _, f := range p.Profile.Fields {
		names[ProfilePrefix+f.Name] = f.Kind
	}
	for _, kind := range consentKinds {
		names[ConsentPrefix+kind] = expr.Bool
	}
	return names
}

// everywhere adds what scripts may read in any step.
func (l *loader) everywhere() map[string]expr.Kind {
	names := l.p.Facts(l.vocabulary)
	for _, link := range Links() {
		names[link] = expr.Text
	}
	for _, e := range l.segments {
		names[SegmentPrefix+e.Key.Text] = expr.Bool
	}
	names[InterruptingName] = expr.Bool
	names[MissesName] = expr.Count
	names[UnreadName] = expr.Count
	return names
}

// collectVars finds the variables of every flow and their kinds: what comes
// with events, calls, links and taps, and what its steps set.
func (l *loader) collectVars() {
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		l.eventVars(f, f.everyListen())
		l.callVars(f)
		f.answerVars()
		if slices.ContainsFunc(f.Start.Links, func(link string) bool { return strings.HasSuffix(link, "*") }) {
			f.vars[PayloadName] = expr.Text
		}
	}
	l.eventVars(nil, l.p.Listen)
	l.tapped()
	for _, id := range sorted(l.p.Flows) {
		l.tapVars(l.p.Flows[id])
	}
}

// eventVars gives the arguments of events to the flow that hears them.
func (l *loader) eventVars(own *Flow, list []*Listen) {
	for _, e := range list {
		if f := l.leads(e, own); f != nil {
			l.define(f, e.Pos, l.vocabulary.Events[e.Event])
		}
	}
}

// leads is the flow that an entry of own's list, or of the programme's, leads
// to; nil when there is none.
func (l *loader) leads(e *Listen, own *Flow) *Flow {
	if e.Step != "" {
		return own
	}
	return l.p.Flows[e.Run+e.Go]
}

func (l *loader) callVars(f *Flow) {
	for _, s := range f.Steps {
		s.gives = sorted(l.vocabulary.Calls[s.Call].Values)
		l.define(f, s.Pos, l.vocabulary.Calls[s.Call].Values)
		if s.Wait != nil {
			s.gives = sorted(l.vocabulary.Events[s.Wait.Event])
			l.define(f, s.Wait.Pos, l.vocabulary.Events[s.Wait.Event])
		}
	}
}

// tapVars gives what travels with a tap to the flow that hears it.
func (l *loader) tapVars(f *Flow) {
	for _, s := range f.Steps {
		for _, b := range s.Buttons {
			if b.Arg == "" {
				continue
			}
			kind, ok := f.vars[b.Arg]
			if kind != expr.Count {
				l.report(b.Pos, "L121", source.Sentence("нет числа «%s», чтобы вложить его в кнопку", "there is no count %q for the button to carry", b.Arg), source.Meant(b.Arg, sorted(f.vars)))
			}
			for _, target := range l.hears[b.Tap] {
				if ok {
					l.define(target, b.Pos, map[string]expr.Kind{b.Arg: kind})
				}
			}
		}
	}
}

// tapped finds the flows that each standing tap leads to.
func (l *loader) tapped() {
	l.hears = map[string][]*Flow{}
	add := func(own *Flow, list []*Listen) {
		for _, e := range list {
			if f := l.leads(e, own); f != nil && e.Tap != "" && !slices.Contains(l.hears[e.Tap], f) {
				l.hears[e.Tap] = append(l.hears[e.Tap], f)
			}
		}
	}
	add(nil, l.p.Listen)
	for _, id := range sorted(l.p.Flows) {
		add(l.p.Flows[id], l.p.Flows[id].everyListen())
	}
}

func (l *loader) define(f *Flow, at source.Pos, vars map[string]expr.Kind) {
	for _, name := range sorted(vars) {
		if old, ok := f.vars[name]; ok && old != vars[name] {
			a, b := old.Name(), vars[name].Name()
			l.report(at, "L126", source.Text{
				Ru: "переменная «" + name + "» в сценарии " + f.ID + " бывает двух видов: " + a.Ru + ", " + b.Ru,
				En: "variable \"" + name + "\" of flow " + f.ID + " is of two kinds: " + a.En + ", " + b.En,
			}, source.Sentence("возьмите другое имя", "take another name"))
			continue
		}
		f.vars[name] = vars[name]
	}
}
