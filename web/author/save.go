package author

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
)

// What may become of an act on a file.
var (
	ErrChanged = errors.New("the file was changed meanwhile")
	ErrTaken   = errors.New("there is such a file already")
	ErrGone    = errors.New("there is no such file any more")
	ErrClosed  = errors.New("nothing can be changed here any more")
	errName    = errors.New("no file of a programme is called so")
)

// names of files that the page makes: those that a programme has a place for.
var mayMake = regexp.MustCompile(`^((flows|surveys)/[\pL\pN_-]{1,40}(\.test)?\.yaml|(faq|services)\.yaml|locales/[a-z]{2,3}/(survey\.)?[\pL\pN_-]{1,40}\.yaml|campaigns/[\pL\pN_-]{1,40}\.yaml|lists/[\pL\pN_-]{1,40}\.txt)$`)

// Save writes a new text over the one that the writer has seen. A text that
// somebody else has put there since stays.
func (f *folder) Save(_ context.Context, name string, text []byte, seen string) error {
	if err := f.unchanged(name, seen); err != nil {
		return err
	}
	return f.replace(name, text)
}

// unchanged compares the file as it is on disk now with the hash of what
// somebody has seen.
func (f *folder) unchanged(name, seen string) error {
	if !fs.ValidPath(name) || !written(name) {
		return errName
	}
	info, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrGone
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errName
	}
	now, err := f.read(name, info)
	if err == nil && now.Hash != seen {
		err = ErrChanged
	}
	return err
}

// replace writes the whole text under another name first, so that whoever reads
// meanwhile, or after a crash, finds the old text or the new one.
func (f *folder) replace(name string, text []byte) (err error) {
	draft := path.Join(path.Dir(name), "."+rand.Text()+".draft") // hidden: no part of a programme
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(f.root.Remove(draft)))
		}
	}()
	mode := fs.FileMode(0o644)
	if info, err := f.root.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	out, err := f.root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return f.root.Rename(draft, name)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Make creates a file, and the folder that it belongs into.
func (f *folder) Make(_ context.Context, name string, text []byte) error {
	if err := f.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	out, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return errors.Join(err, out.Close())
}

// Rename gives a file that the writer has seen another name, which no other
// file has.
func (f *folder) Rename(_ context.Context, name, to, seen string) error {
	if err := f.unchanged(name, seen); err != nil {
		return err
	}
	if err := f.root.MkdirAll(path.Dir(to), 0o755); err != nil {
		return err
	}
	if _, err := f.root.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(ErrTaken, err)
	}
	return f.root.Rename(name, to)
}

// Remove deletes a file that the writer has seen.
func (f *folder) Remove(_ context.Context, name, seen string) error {
	if err := f.unchanged(name, seen); err != nil {
		return err
	}
	return f.root.Remove(name)
}
