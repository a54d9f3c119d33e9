package author

import (
	"context"
	"io/fs"
	"sync"
	"time"

	"besedka/core/source"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// desk is the files with what the check says of it. What is talked to is the
// last version without mistakes.
type desk struct {
	vocabulary flows.Vocabulary
	now        func() time.Time

	mu       sync.Mutex // also held while a file is written: of two tabs that save, one is first
	store    Store
	version  int64 // of the files that were checked; 0: none
	problems []*source.Problem
	good     good
	broken   time.Time // since when there have been mistakes; zero: there are none
}

// good is the last version of the folder that could be played.
type good struct {
	programme *flows.Programme // nil: there has been none
	files     fs.FS
	version   int64
}

func newDesk(d Deps, store Store) *desk {
	return &desk{vocabulary: d.Vocabulary, now: d.Now, store: store}
}

// look notices what has changed in the folder, whoever changed it.
func (d *desk) look(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lookLocked(ctx)
}

func (d *desk) lookLocked(ctx context.Context) error {
	version, err := d.store.Look(ctx)
	if err != nil || version == d.version {
		return err
	}
	files, err := d.store.With("", nil)
	if err != nil {
		return err
	}
	programme, problems := d.check(files)
	d.version, d.problems = version, problems
	if programme != nil {
		d.good, d.broken = good{programme, files, d.version}, time.Time{}
		return nil
	}
	if d.broken.IsZero() {
		d.broken = d.now()
	}
	if last := d.store.Good(); d.good.programme == nil && last != nil {
		programme, _ := flows.Reload(last, d.vocabulary) // as good as nothing, if it cannot be read
		d.good = good{programme: programme, files: last}
	}
	return nil
}

// current is the version of the folder as it is now.
func (d *desk) current(ctx context.Context) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.lookLocked(ctx)
	return d.version, err
}

// check finds the mistakes of scripts, and when there are none those of tests,
// which do not keep a programme from being played.
func (d *desk) check(files fs.FS) (*flows.Programme, []*source.Problem) {
	p, problems := flows.Load(files, d.vocabulary)
	if p != nil {
		problems = transcript.Check(files, p, d.vocabulary)
	}
	return p, problems
}

// playable is the version that is talked to, drawn and tested.
func (d *desk) playable(ctx context.Context) (good, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.lookLocked(ctx)
	return d.good, err
}

// act changes the folder and looks at what has become of it.
func (d *desk) act(ctx context.Context, change func(s Store) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := change(d.store); err != nil {
		return err
	}
	return d.lookLocked(ctx)
}
