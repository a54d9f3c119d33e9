package runner

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

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

// Releases holds scripts by release. A session keeps the release it began
// with until its question is answered and its flow is over; everything new
// starts on the current one.
type Releases struct {
	load  func(ctx context.Context, id string) (fs.FS, error)
	vocab flows.Vocabulary

	mu      sync.RWMutex
	scripts map[string]*Script // nil for one that cannot be read
	current *Script
}

// NewReleases returns an empty set; load reads a release's files.
func NewReleases(load func(ctx context.Context, id string) (fs.FS, error), v flows.Vocabulary) *Releases {
	return &Releases{load: load, vocab: v, scripts: map[string]*Script{}}
}

// Use makes release id the current one, loading it when it is new. One that
// cannot be read is an error, and what was current stays so.
func (r *Releases) Use(ctx context.Context, id string) error {
	script := r.has(id)
	if script == nil {
		var err error
		if script, err = r.fetch(ctx, id); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = script
	return nil
}

// Current is the script that new sessions run; nil before the first Use.
func (r *Releases) Current() *Script {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current
}

func (r *Releases) has(id string) *Script {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.scripts[id]
}

// script finds what a session runs on. A session that waits for nothing moves
// to the current release, and so does one whose release cannot be read.
func (r *Releases) script(pinned *string, s dialogs.Session) (*Script, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if pinned == nil || s.Step == "" {
		return r.current, nil
	}
	switch have, known := r.scripts[*pinned]; {
	case have != nil:
		return have, nil
	case known:
		return r.current, nil
	}
	return nil, &missingRelease{*pinned}
}

func (r *Releases) fetch(ctx context.Context, id string) (*Script, error) {
	files, err := r.load(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("load release %s: %w", id, err)
	}
	p, problems := flows.Reload(files, r.vocab)
	if p == nil {
		return nil, &unreadable{id, problems[0]}
	}
	script := &Script{ID: id, Programme: p, Engine: dialogs.New(p)}
	r.keep(id, script)
	return script, nil
}

func (r *Releases) keep(id string, script *Script) {
	r.mu.Lock()
	defer r.mu.Unlock()
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
