package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// keptReleases bounds how many scripts stay in memory: the current one and
// those that sessions are still pinned to.
const keptReleases = 32

// Script is a release ready to run.
type Script struct {
	ID        string
	Programme *flows.Programme
	Engine    *dialogs.Engine
}

// Releases holds scripts by release. Whoever waits goes on in the current one as
// soon as what they were asked means the same there; until then they keep the
// release they were asked in. Everything new starts on the current one.
type Releases struct {
	published *release.Service
	vocab     flows.Vocabulary

	mu      sync.RWMutex
	scripts map[string]*Script   // nil for one that cannot be read
	left    map[string]time.Time // when another one took its place
	current *Script
	since   time.Time // when the current one came into force
}

// NewReleases returns an empty set, of what is published there.
func NewReleases(published *release.Service, v flows.Vocabulary) *Releases {
	return &Releases{published: published, vocab: v, scripts: map[string]*Script{}, left: map[string]time.Time{}}
}

// Use makes release id the current one since an instant, loading it when it is
// new. One that cannot be read is an error, and what was current stays so.
func (r *Releases) Use(ctx context.Context, id string, since time.Time) error {
	script := r.has(id)
	if script == nil {
		var err error
		if script, err = r.fetch(ctx, id); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for other := range r.scripts {
		if _, known := r.left[other]; !known {
			r.left[other] = since
		}
	}
	delete(r.left, id)
	if r.current != script {
		r.since = since
	}
	r.current = script
	return nil
}

// Current is the script that new sessions run; nil before the first Use.
func (r *Releases) Current() *Script {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current
}

// Script is a release ready to run, for who looks at it once; nil for one that
// cannot be read.
func (r *Releases) Script(ctx context.Context, id string) (*Script, error) {
	if have := r.has(id); have != nil {
		return have, nil
	}
	script, err := r.read(ctx, id)
	if _, ok := errors.AsType[*unreadable](err); ok {
		return nil, nil
	}
	return script, err
}

func (r *Releases) has(id string) *Script {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.scripts[id]
}

// scriptOf finds what a session runs on, and how it stands there. Who waits for
// nothing runs on the current release, and so does who waits in one that cannot
// be read.
func (r *Releases) scriptOf(pinned *string, s dialogs.Session, now time.Time) (*Script, dialogs.Session, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if pinned == nil || *pinned == r.current.ID || s.Step == "" && len(s.Stack) == 0 {
		return r.current, s, nil
	}
	have, known := r.scripts[*pinned]
	switch {
	case have == nil && known:
		moved, _ := dialogs.LetGo(s, nil, r.current.Engine)
		return r.current, moved, nil
	case have == nil:
		return nil, s, &missingRelease{*pinned}
	}
	if _, left := r.left[*pinned]; !left { // it is newer than what this process has: nobody goes back
		return have, s, nil
	}
	if moved, ok := dialogs.Move(s, have.Engine, r.current.Engine); ok {
		return r.current, moved, nil
	}
	if r.drained(s, now) {
		if moved, ok := dialogs.LetGo(s, have.Engine, r.current.Engine); ok {
			return r.current, moved, nil
		}
	}
	return have, s, nil
}

// drained says whether the time is over that the current release leaves to who
// waits at steps it has no more: it begins when that release does.
func (r *Releases) drained(session dialogs.Session, now time.Time) bool {
	for _, p := range session.Standing() {
		if _, _, ok := r.current.Programme.Lands(p.Flow, p.Step); !ok {
			drain := r.current.Programme.DrainOf(p.Flow)
			return drain > 0 && !now.Before(r.since.Add(drain))
		}
	}
	return false
}

// fetch reads a release and keeps it.
func (r *Releases) fetch(ctx context.Context, id string) (*Script, error) {
	script, err := r.read(ctx, id)
	if err != nil {
		return nil, err
	}
	left, err := r.published.Left(ctx, id)
	if err != nil {
		return nil, err
	}
	r.keep(id, script, left)
	return script, nil
}

func (r *Releases) read(ctx context.Context, id string) (*Script, error) {
	files, err := r.published.Load(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("load release %s: %w", id, err)
	}
	p, problems := flows.Reload(files, r.vocab)
	if p == nil {
		return nil, &unreadable{id, problems[0]}
	}
	return &Script{ID: id, Programme: p, Engine: dialogs.New(p)}, nil
}

func (r *Releases) keep(id string, script *Script, left time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !left.IsZero() {
		r.left[id] = left
	}
	if len(r.scripts) >= keptReleases {
		clear(r.scripts) // those still needed come back by themselves
		if r.current != nil {
			r.scripts[r.current.ID] = r.current
		}
	}
	r.scripts[id] = script
}

// unreadable is a release that today's check refuses.
type unreadable struct {
	id    string
	first *source.Problem
}

func (u *unreadable) Error() string {
	return fmt.Sprintf("release %s does not pass today's check: %s", u.id, u.first)
}

// missingRelease asks for a release between two transactions, because a
// decision must not wait.
type missingRelease struct{ id string }

func (m *missingRelease) Error() string { return "release " + m.id + " is not loaded" }
