package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"besedka/flows"
)

// kind is the most notable part of a step.
func kind(s *flows.Step) Kind {
	switch {
	case s.Asks():
		return Ask
	case s.Handoff != "":
		return Handoff
	case s.Call != "":
		return Call
	case s.Waits():
		return Wait
	case s.Go != nil && s.Go.End:
		return End
	case s.Say != nil:
		return Say
	case s.Go != nil && s.Go.Run != "":
		return Run
	}
	return Go
}

// detail lists what happens in a step, in its order.
func detail(s *flows.Step) string {
	var parts []string
	add := func(there bool, word string) {
		if there {
			parts = append(parts, word)
		}
	}
	add(s.Say != nil, "say")
	add(s.Asks(), "ask")
	add(s.Consent != "", "consent "+s.Consent)
	add(s.Save != "", "save "+s.Save)
	add(len(s.Set) > 0, "set")
	add(s.Call != "", "call "+s.Call)
	add(s.Wait != nil, "wait")
	add(s.Split != nil, "split")
	add(s.Handoff != "", "handoff "+s.Handoff)
	if s.Go != nil {
		add(s.Go.Run != "", "run "+s.Go.Run)
		add(s.Go.End, "end")
	}
	parts = append(parts, answers(s.Back, s.Listen)...)
	if len(parts) == 0 {
		return "go"
	}
	return strings.Join(parts, " · ")
}

// labels tell what takes the way: a button by its title, an outcome by its
// name; none what always does.
func (b *builder) labels(s *flows.Step, w flows.Way) []string {
	runs := ""
	if w.Run != "" {
		runs = " → " + w.Run
	}
	switch w.By {
	case flows.BySkip:
		if s.When != nil {
			return []string{"when"}
		}
		return []string{"skip"}
	case flows.ByElse:
		return []string{"else " + w.Name + runs}
	case flows.ByLadder:
		return []string{"retry, then"}
	case flows.ByExpiry:
		return []string{"expire"}
	case flows.ByWhen:
		return []string{cmp.Or(w.Name, "go") + runs}
	case flows.ByCase:
		return []string{b.outcome(s, w.Name) + runs}
	}
	return b.plain(s)
}

// plain tells what takes a way that names nothing: an answer, or any of the
// buttons that have no way of their own.
func (b *builder) plain(s *flows.Step) []string {
	var labels []string
	for _, button := range s.Buttons {
		if s.Asks() && button.Option() && !button.Ours && (s.Expect.Type != flows.MultiType || button.Skip) && s.Cases[button.ID] == nil {
			labels = append(labels, b.outcome(s, button.ID))
		}
	}
	switch {
	case s.Asks() && s.Expect.Type != flows.ChoiceType:
		labels = append(labels, flows.Answered)
	case !s.Asks() && (s.Skip != nil || len(s.Cases) > 0):
		labels = append(labels, "next")
	}
	return labels
}

// outcome shows a button as transcripts do, and a share with its size.
func (b *builder) outcome(s *flows.Step, name string) string {
	if i := slices.IndexFunc(s.Split, func(share flows.Share) bool { return share.Name == name }); i >= 0 {
		return fmt.Sprintf("%s %d %%", name, s.Split[i].Percent)
	}
	i := slices.IndexFunc(s.Buttons, func(button *flows.Button) bool { return button.ID == name && button.Option() })
	if i < 0 || s.Call != "" && !s.Asks() {
		return name
	}
	return "[" + s.Buttons[i].Title[b.lang] + "]"
}

const shownWords = 3

// starts tells what begins a flow.
func starts(s flows.Start) []string {
	var labels []string
	if len(s.Words) > 0 {
		labels = append(labels, someOf(s.Words))
	}
	for _, link := range s.Links {
		labels = append(labels, "link "+link)
	}
	if s.Photo {
		labels = append(labels, "photo")
	}
	if s.Any {
		labels = append(labels, "any")
	}
	return labels
}

// heard tells what an interruption listens for.
func heard(e *flows.Listen) string {
	switch {
	case len(e.Words) > 0:
		return someOf(e.Words)
	case e.Event != "":
		return "event " + e.Event
	case e.Tap != "":
		return "tap " + e.Tap
	}
	return "photo"
}

// answers tell what is heard and leads to no step: it goes back, or is answered
// by another flow.
func answers(back *flows.Listen, list []*flows.Listen) []string {
	var told []string
	if back != nil && len(back.Words) > 0 {
		told = append(told, heard(back)+" → back")
	}
	for _, e := range list {
		if e.Run != "" {
			told = append(told, strings.TrimSuffix(heard(e)+" → "+e.Run+", "+string(e.Then), ", "))
		}
	}
	return told
}

func someOf(words []string) string {
	if len(words) <= shownWords {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:shownWords], ", ") + "…"
}
