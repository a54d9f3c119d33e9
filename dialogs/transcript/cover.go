package transcript

import (
	"cmp"
	"slices"
	"strconv"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Cover says how much of a flow the tests reach: its steps, its branches and,
// in the base language, its wordings.
type Cover struct {
	Flow    string   `json:"flow"`
	Reached int      `json:"reached"`
	Total   int      `json:"total"`
	Missed  []Missed `json:"missed"`
}

// Percent is the share that is reached, rounded down; of nothing it is all.
func (c Cover) Percent() int {
	if c.Total == 0 {
		return 100
	}
	return 100 * c.Reached / c.Total
}

// Missed is a place that no test reaches.
type Missed struct {
	source.Pos
	Part Part   `json:"part"`
	Name string `json:"name"`
}

// Part is what of a flow is counted.
type Part string

// Every step is to be entered, every branch taken, every variant said.
const (
	StepPart    Part = "step"
	BranchPart  Part = "branch"
	VariantPart Part = "variant"
)

// Sum is the cover of all flows together.
func Sum(list []Cover) Cover {
	var all Cover
	for _, c := range list {
		all.Reached += c.Reached
		all.Total += c.Total
	}
	return all
}

// way is one outcome of a step; without a step, the end of the flow's ladder.
type way struct {
	step *flows.Step
	name string
}

// reached is what the tests came by: steps, ways and lines.
type reached map[any]bool

func (r reached) add(notes []dialogs.Note) {
	for _, n := range notes {
		switch n.Kind {
		case dialogs.Entered:
			r[n.Step] = true
		case dialogs.Said:
			r[n.Line] = true
		case dialogs.Left, dialogs.Routed, dialogs.Refused, dialogs.HeardButton, dialogs.HeardTitle:
			r[way{n.Step, n.What}] = true
		case dialogs.HeardAnswer:
			r[way{n.Step, flows.Answered}] = true
		case dialogs.GaveUp:
			r[ladder(n)] = true
		case dialogs.HeardWord, dialogs.HeardTap, dialogs.HeardEvent, dialogs.HeardPhoto:
			r[n.Listen] = true
		}
	}
}

// ladder is the branch that ends a ladder of retry: the question's own, or its
// flow's.
func ladder(n dialogs.Note) way {
	if n.Step.Then == "" {
		return way{nil, n.Flow}
	}
	return way{n.Step, gaveUp}
}

// gaveUp is the name of the branch that ends a ladder of retry.
const gaveUp = "then"

// cover counts every flow of p, by name.
func (r reached) cover(p *flows.Programme) []Cover {
	list := make([]Cover, 0, len(p.Flows))
	for _, id := range names(p.Flows) {
		c := counter{Cover{Flow: id, Missed: []Missed{}}, r, p.Base()}
		c.flow(p.Flows[id])
		list = append(list, c.Cover)
	}
	return list
}

type counter struct {
	Cover
	reached reached
	lang    string
}

func (c *counter) count(thing any, m Missed) {
	c.Total++
	if c.reached[thing] {
		c.Reached++
		return
	}
	c.Missed = append(c.Missed, m)
}

func (c *counter) flow(f *flows.Flow) {
	for _, t := range f.Defaults() {
		c.text(t)
	}
	if f.Then != "" {
		c.count(way{nil, f.ID}, Missed{f.Retry[0].Pos, BranchPart, "defaults." + gaveUp})
	}
	c.back(f.Back, "defaults")
	for _, s := range f.Steps {
		c.count(s, Missed{s.Pos, StepPart, s.ID})
		c.ways(s)
		c.back(s.Back, s.ID)
		for i, e := range s.Listen {
			c.count(e, Missed{e.Pos, BranchPart, s.ID + ".listen." + strconv.Itoa(i+1)})
		}
		for _, t := range s.Spoken() {
			c.text(t)
		}
	}
	slices.SortStableFunc(c.Missed, func(a, b Missed) int { return cmp.Or(a.Line-b.Line, a.Col-b.Col) })
}

// ways leaves out those of the calls of surveys: nobody wrote them, and what is
// said on them counts when it was written.
func (c *counter) ways(s *flows.Step) {
	if flows.IsSurveyCall(s.Call) {
		return
	}
	at := outcomes(s)
	for _, name := range names(at) {
		c.count(way{s, name}, Missed{at[name], BranchPart, s.ID + "." + name})
	}
}

// back counts the words that lead back, where they are written.
func (c *counter) back(back *flows.Listen, where string) {
	if back != nil && len(back.Words) > 0 {
		c.count(back, Missed{back.Pos, BranchPart, where + ".back"})
	}
}

func (c *counter) text(t *flows.Text) {
	if t.Ours() {
		return
	}
	for _, variants := range t.Cases {
		for _, line := range variants.Wordings(c.lang) {
			c.count(line, Missed{line.Pos(), VariantPart, t.Slot})
		}
	}
}

// outcomes are the branches of a step and where they stand.
func outcomes(s *flows.Step) map[string]source.Pos {
	at := map[string]source.Pos{}
	if s.Asks() && s.Expect.Type != flows.ChoiceType {
		at[flows.Answered] = s.Expect.Pos
	}
	for _, b := range s.Buttons {
		if b.Option() && !b.Ours {
			at[b.ID] = b.Pos
		}
	}
	if s.Wait != nil && s.Wait.Event != "" {
		at[flows.Happened] = s.Wait.Pos
	}
	if s.Wait != nil && s.Wait.For > 0 {
		at[flows.Late] = s.Wait.Pos
	}
	if s.Expire != nil {
		at[flows.Expired] = s.Expire.Pos
	}
	for i, r := range s.Routes {
		at[s.RouteName(i)] = r.Pos
	}
	if s.Then != "" {
		at[gaveUp] = s.Pos
	}
	for _, branches := range []map[string]*flows.Branch{s.Cases, s.Else} {
		for name, b := range branches {
			at[name] = b.Pos
		}
	}
	return at
}
