package machine

import (
	"context"
	"errors"
	"fmt"

	"github.com/looplab/fsm"
)

// idle is how many machines of one script wait for a turn: as many as may run
// at once on a large server. More are built and thrown away.
const idle = 32

// Pool hands out machines of one graph: a script's, or the Lifecycle. Building one
// costs 100 times more than moving it, and one shared by two turns answers for the wrong
// one, so a machine belongs to one move at a time.
type Pool struct {
	events []fsm.EventDesc
	free   chan *fsm.FSM
}

// New prepares machines for a script whose step s may be followed by edges[s].
func New(edges map[string][]string) *Pool {
	from := map[string][]string{}
	for step, nexts := range edges {
		for _, next := range nexts {
			from[next] = append(from[next], step)
		}
	}
	var events []fsm.EventDesc
	for next, steps := range from {
		events = append(events, fsm.EventDesc{Name: next, Src: steps, Dst: next})
	}
	return pool(events)
}

func pool(events []fsm.EventDesc) *Pool {
	return &Pool{events: events, free: make(chan *fsm.FSM, idle)}
}

// Move says where a move leads, of a script to the step that it is called by, and fails
// when from has no such edge.
func (p *Pool) Move(from, by string) (to string, err error) {
	m := p.take()
	defer p.give(m)
	m.SetState(from)
	err = m.Event(context.Background(), by)
	if err == nil || errors.As(err, new(fsm.NoTransitionError)) { // a step that follows itself
		return m.Current(), nil
	}
	return "", fmt.Errorf("move from %q by %q: %w", from, by, err)
}

func (p *Pool) take() *fsm.FSM {
	select {
	case m := <-p.free:
		return m
	default:
		return fsm.NewFSM("", p.events, nil)
	}
}

func (p *Pool) give(m *fsm.FSM) {
	select {
	case p.free <- m:
	default:
	}
}
