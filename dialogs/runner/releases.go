package runner

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

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
	scripts map[string]*Script
	current *Script
}

// NewReleases returns an empty set; load reads a release's files.
func NewReleases(load func(ctx context.Context, id string) (fs.FS, error), v flows.Vocabulary) *Releases {
	return &Releases{load: load, vocab: v, scripts: map[string]*Script{}}
}

// Use makes release id the current one, loading it when it is new.
func (r *Releases) Use(ctx context.Context, id string) error {
	if r.has(id) == nil {
		if err := r.fetch(ctx, id); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = r.scripts[id]
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
// to the current release.
func (r *Releases) script(pinned *string, s dialogs.Session) (*Script, error) {
	if pinned == nil || s.Step == "" {
		return r.Current(), nil
	}
	if have := r.has(*pinned); have != nil {
		return have, nil
	}
	return nil, &missingRelease{*pinned}
}

func (r *Releases) fetch(ctx context.Context, id string) error {
	files, err := r.load(ctx, id)
	if err != nil {
		return fmt.Errorf("load release %s: %w", id, err)
	}
	script, err := r.build(id, files)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.scripts) >= keptReleases {
		clear(r.scripts) // those still needed come back by themselves
		if r.current != nil {
			r.scripts[r.current.ID] = r.current
		}
	}
	r.scripts[id] = script
	return nil
}

// build makes a script of a release's files. An old release that today's check
// refuses must not stop those who wait in it: they go on with the current one.
func (r *Releases) build(id string, files fs.FS) (*Script, error) {
	p, problems := flows.Load(files, r.vocab)
	if p != nil {
		return &Script{ID: id, Programme: p, Engine: dialogs.New(p)}, nil
	}
	if current := r.Current(); current != nil {
		return current, nil
	}
	return nil, fmt.Errorf("release %s does not pass today's check: %w", id, problems[0])
}

// missingRelease asks for a release between two transactions, because a
// decision must not wait.
type missingRelease struct{ id string }

func (m *missingRelease) Error() string { return "release " + m.id + " is not loaded" }
