package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"besedka/core/source"
)

// editor follows the folder that a marketer edits: a correct folder is
// published at once, a folder with mistakes is reported and changes nothing.
// Without a folder it only follows what other processes publish.
type editor struct {
	*publisher
	dir string // "" when the programme inside the program is served

	over string            // what was in force when the folder was refused; "": it was not
	told []*source.Problem // that are in the log already

	mu       sync.Mutex
	problems []*source.Problem
}

// Saving a file makes several events; a folder is read once it is quiet. One that was
// refused for who waits at a step, or while the database was away, is tried again without
// a change of its own.
const (
	quiet       = 150 * time.Millisecond
	followEvery = time.Second
	retryEvery  = time.Minute
)

// Problems are the mistakes of the folder as it is now.
func (e *editor) Problems() []*source.Problem {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.problems
}

// watch publishes changes until ctx ends.
func (e *editor) watch(ctx context.Context) {
	changes, err := e.changes()
	if err != nil {
		e.log.WarnContext(ctx, "the programme folder cannot be watched: changes need a restart", "err", err)
	}
	var events <-chan fsnotify.Event
	if changes != nil {
		defer changes.Close()
		events = changes.Events
	}
	var settled <-chan time.Time
	others, again := time.NewTicker(followEvery), time.NewTicker(retryEvery)
	defer others.Stop()
	defer again.Stop()
	if len(e.Problems()) > 0 { // the folder was refused at the start
		e.over = e.scripts.Current().ID
	}
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-events:
			e.lookInto(changes, event)
			settled = time.After(quiet)
		case <-settled:
			e.republish(ctx)
		case <-again.C:
			if e.pending() {
				e.republish(ctx)
			}
		case <-others.C:
			if err := e.follow(ctx); err != nil && ctx.Err() == nil {
				e.log.WarnContext(ctx, "publications of other processes are not seen", "err", err)
			}
		}
	}
}

// changes watches the folder and everything in it; nil without a folder.
func (e *editor) changes() (*fsnotify.Watcher, error) {
	if e.dir == "" {
		return nil, nil
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(e.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return w.Add(path)
	})
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// lookInto watches a folder that was just made.
func (e *editor) lookInto(w *fsnotify.Watcher, event fsnotify.Event) {
	if info, err := os.Stat(event.Name); err == nil && info.IsDir() && event.Has(fsnotify.Create) {
		_ = w.Add(event.Name)
	}
}

// pending says whether a folder that was refused is to be tried again: not after
// somebody has published another one, which stays.
func (e *editor) pending() bool {
	return e.dir != "" && e.over != "" && e.over == e.scripts.Current().ID
}

// republish puts the folder in force as it is now.
func (e *editor) republish(ctx context.Context) {
	err := e.publish(ctx, os.DirFS(e.dir))
	refused, mistaken := errors.AsType[*unpublishable](err)
	e.mu.Lock()
	defer e.mu.Unlock()
	told := e.told
	e.problems, e.told, e.over = nil, nil, ""
	if err != nil {
		e.over = e.scripts.Current().ID
	}
	switch {
	case mistaken:
		e.problems, e.told = refused.problems, refused.problems
		if slices.EqualFunc(told, e.told, func(a, b *source.Problem) bool { return a.In("ru") == b.In("ru") }) {
			return // it was tried again
		}
		for _, p := range refused.problems {
			e.log.WarnContext(ctx, "the programme has a mistake; the published one goes on", "problem", p.In("ru"))
		}
	case err != nil && ctx.Err() == nil:
		e.log.ErrorContext(ctx, "the programme is not published", "err", err)
	}
}

// script names the file with the greeting, which a visitor of the demonstration
// is asked to edit, as seen from where the program was started.
func (e *editor) script() string {
	if e.dir == "" {
		return ""
	}
	file := filepath.Join(e.dir, "flows", "hello.yaml")
	if here, err := os.Getwd(); err == nil {
		if near, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(near) {
			return near
		}
	}
	return file
}
