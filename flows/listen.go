package flows

import (
	"slices"

	"besedka/core/source"
)

// Afterwards is what becomes of the question once an entry that runs a flow has
// answered.
type Afterwards string

// What may become of it.
const (
	Resume  Afterwards = ""        // it is asked again
	Restart Afterwards = "restart" // its flow begins anew and knows nothing of before
	Ignore  Afterwards = "ignore"  // it waits on, and nobody repeats it
)

// readOwnListen reads the entries of a flow or a step, whose go is a step.
func (l *loader) readOwnListen(o *source.Object) []*Listen {
	list := l.readListen(o.List("listen"))
	for _, e := range list {
		e.Go, e.Step = "", e.Go
		if e.Stop {
			l.report(e.Pos, "L690", source.Sentence("stop: true слышат только перебивания программы", "stop: true belongs to the programme's listen"),
				source.Sentence("перенесите его в listen файла programme.yaml", "move it to listen in programme.yaml"))
		}
	}
	return list
}

// readThen reads `then`: what goes with run, or go with go.
func (l *loader) readThen(o *source.Object, e *Listen) Afterwards {
	then, may := o.Text("then"), []string{"go"}
	if e.Run != "" {
		may = []string{"resume", string(Restart), string(Ignore)}
	}
	switch {
	case then != "" && !slices.Contains(may, then):
		o.Report(o.At("then"), "L124", source.Sentence("здесь then не бывает «%s»", "then cannot be %q here", shorten(then)), source.Sentence("с run пишут resume, restart или ignore, с go - go", "with run it is resume, restart or ignore, with go it is go"))
	case then == string(Restart) || then == string(Ignore):
		return Afterwards(then)
	}
	return Resume
}

// everyListen are the entries of the flow and of its steps.
func (f *Flow) everyListen() []*Listen {
	all := slices.Clip(f.Listen)
	for _, s := range f.Steps {
		all = append(all, s.Listen...)
	}
	return all
}

// checkInterrupts reports flows that are interrupted by what runs them again: of
// the question that was pending nothing would be left but the same question on
// top of itself.
func (l *loader) checkInterrupts() {
	direct := l.directRuns()
	runs := map[string]map[string]bool{} // by flow: whatever it comes to run
	for _, id := range sorted(l.p.Flows) {
		for _, e := range l.p.Flows[id].everyListen() {
			if e.Run == "" || l.full() {
				continue
			}
			if runs[e.Run] == nil {
				runs[e.Run] = reachedFrom(e.Run, direct)
			}
			if runs[e.Run][id] {
				l.report(e.Pos, "L210", source.Sentence("сценарий %s перебивает сам себя: %s его и запускает", "flow %s interrupts itself: %s runs it", id, e.Run),
					source.Sentence("уйдите на шаг этого сценария: go, или уберите run: %s", "go to a step of this flow, or remove run: %s", id))
			}
		}
	}
}

// directRuns are the flows that each flow runs.
func (l *loader) directRuns() map[string][]string {
	direct := map[string][]string{}
	for id, f := range l.p.Flows {
		for _, s := range f.Steps {
			direct[id] = append(direct[id], s.runs(false)...)
		}
		slices.Sort(direct[id])
		direct[id] = slices.Compact(direct[id])
	}
	return direct
}

// reachedFrom are a flow itself and what it runs, and so on.
func reachedFrom(flow string, direct map[string][]string) map[string]bool {
	reached := map[string]bool{}
	reach(flow, direct, reached)
	return reached
}
