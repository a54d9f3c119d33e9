package flows

import (
	"time"

	"besedka/core/source"
)

// Moved is what became of names that an earlier release had: of steps in a flow,
// of flows in a programme. Who waits there goes on where the new name says.
type Moved struct {
	To    map[string]string     // new names by old ones
	Drain time.Duration         // how long who waits at a name that is gone may finish in their own release; 0: not told
	where map[string]source.Pos // of the old names
	at    source.Pos            // of the file
}

// readMoved reads the keys moved and drain.
func (l *loader) readMoved(o *source.Object, at source.Pos) Moved {
	m := Moved{To: map[string]string{}, Drain: l.readDuration(o.Node("drain")), where: map[string]source.Pos{}, at: at}
	for _, e := range o.Map("moved") {
		m.To[e.Key.Text], m.where[e.Key.Text] = e.Value.AsText(&l.problems), e.Value.Pos
	}
	return m
}

// now follows renamings to a name that exists; false when they lead to none. A
// name that exists is never looked up: it is itself.
func (m Moved) now(name string, exists func(string) bool) (string, bool) {
	for range len(m.To) + 1 {
		if exists(name) {
			return name, true
		}
		next, ok := m.To[name]
		if !ok {
			return "", false
		}
		name = next
	}
	return "", false
}

// heir is the flow that a flow of an earlier release is now, nil when it is gone.
func (p *Programme) heir(flow string) *Flow {
	id, _ := p.Moved.now(flow, func(id string) bool { return p.Flows[id] != nil })
	return p.Flows[id]
}

// Lands tells where a step of an earlier release is in this one; false when it is
// gone, with its flow or without.
func (p *Programme) Lands(flow, step string) (newFlow, newStep string, ok bool) {
	f := p.heir(flow)
	if f == nil {
		return "", "", false
	}
	newStep, ok = f.Moved.now(step, func(id string) bool { return f.Step(id) != nil })
	return f.ID, newStep, ok
}

// DrainOf is how long who waits at a step that is gone may finish in their own
// release; 0 when nobody has said.
func (p *Programme) DrainOf(flow string) time.Duration {
	if f := p.heir(flow); f != nil {
		return f.Moved.Drain
	}
	return p.Moved.Drain
}

// checkMoved wants renamings to lead from what is gone to what is there.
func (l *loader) checkMoved() {
	m := l.p.Moved
	for _, old := range sorted(m.To) {
		if l.p.heir(old) == nil {
			l.flowExists(m.To[old], m.where[old])
		}
		l.stillThere(l.p.Flows[old] != nil, old, m)
	}
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		for _, old := range sorted(f.Moved.To) {
			if _, _, ok := l.p.Lands(id, old); !ok {
				l.stepExists(f, f.Moved.To[old], f.Moved.where[old])
			}
			l.stillThere(f.Step(old) != nil, old, f.Moved)
		}
	}
}

func (l *loader) stillThere(there bool, name string, m Moved) {
	if there {
		l.report(m.where[name], "L221", source.Sentence("«%s» никуда не делся", "%q is still there", name),
			source.Sentence("moved - для имён, которых больше нет: сотрите строку", "moved is for names that are gone: delete the line"))
	}
}
