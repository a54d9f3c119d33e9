package author

import (
	"io/fs"
	"sync"
	"time"

	"besedka/core/source"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// desk is the folder with what the check says of it. What is talked to is the
// last version without mistakes.
type desk struct {
	vocabulary flows.Vocabulary
	now        func() time.Time

	mu       sync.Mutex // also held while a file is written: of two tabs that save, one is first
	folder   folder
	version  int64 // of the folder, grows with every change
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

func newDesk(d Deps) *desk {
	return &desk{vocabulary: d.Vocabulary, now: d.Now, folder: folder{root: d.Root}}
}

// look notices what has changed in the folder, whoever changed it.
func (d *desk) look() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lookLocked()
}

func (d *desk) lookLocked() error {
	changed, err := d.folder.look()
	if err != nil || !changed && d.version > 0 {
		return err
	}
	files, err := d.folder.with("", nil)
	if err != nil {
		return err
	}
	d.version++
	programme, problems := d.check(files)
	d.problems = problems
	if programme != nil {
		d.good, d.broken = good{programme, files, d.version}, time.Time{}
	} else if d.broken.IsZero() {
		d.broken = d.now()
	}
	return nil
}

// current is the version of the folder as it is now.
func (d *desk) current() (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.lookLocked()
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
func (d *desk) playable() (good, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.lookLocked()
	return d.good, err
}

// act changes the folder and looks at what has become of it.
func (d *desk) act(change func(f *folder) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := change(&d.folder); err != nil {
		return err
	}
	return d.lookLocked()
}
