package scripts

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/storage"
	"besedka/web/author"
)

// kept are the files of a page as they were when somebody looked.
type kept struct {
	version int64
	files   map[string]author.File
}

// Files implements author.Store.
func (k *kept) Files() map[string]author.File { return k.files }

// With implements author.Store.
func (k *kept) With(name string, text []byte) (fs.FS, error) {
	bodies := make(map[string][]byte, len(k.files))
	for path, f := range k.files {
		bodies[path] = f.Text
	}
	if name != "" {
		bodies[name] = text
	}
	return release.Folder(bodies)
}

func (k *kept) take(version int64, base map[string][]byte) {
	k.version, k.files = version, make(map[string]author.File, len(base))
	for path, body := range base {
		k.files[path] = author.File{Text: body, Hash: draft.HashOf(body)}
	}
}

// inForce are the files of the release in force. Nothing is written there.
type inForce struct {
	kept
	releases *release.Service
	db       *storage.DB
}

// Look takes the files anew after every publication.
func (s *inForce) Look(ctx context.Context) (int64, error) {
	is, err := s.releases.Current(ctx)
	if err != nil || is.ID == s.version {
		return is.ID, err
	}
	base, err := release.Files(ctx, s.db, is.Release)
	if err == nil {
		s.take(is.ID, base)
	}
	return is.ID, err
}

// Good implements author.Store: what is in force has no mistakes that matter.
func (s *inForce) Good() fs.FS {
	folder, err := s.With("", nil)
	if err != nil {
		return nil
	}
	return folder
}

// Save refuses, and so do the others: what is in force is changed by publishing.
func (s *inForce) Save(context.Context, string, []byte, string) error   { return author.ErrClosed }
func (s *inForce) Make(context.Context, string, []byte) error           { return author.ErrClosed }
func (s *inForce) Rename(context.Context, string, string, string) error { return author.ErrClosed }
func (s *inForce) Remove(context.Context, string, string) error         { return author.ErrClosed }

// shelf are the files of a draft. Who writes them is the reader of the page.
type shelf struct {
	kept
	db   *storage.DB
	id   int64
	now  func() time.Time
	zone *time.Location
	good fs.FS // what the draft was begun from
	base string
}

// Look takes the files anew after every change of the draft, whoever made it.
func (s *shelf) Look(ctx context.Context) (int64, error) {
	err := s.db.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		d, err := draft.Find(ctx, tx, s.id)
		if err != nil || d.Version == s.version {
			return err
		}
		base, err := release.Files(ctx, tx, d.Base)
		if err != nil {
			return err
		}
		changed, err := draft.Files(ctx, tx, s.id)
		if err != nil {
			return err
		}
		return s.put(d, base, changed)
	})
	return s.version, err
}

// put lays the draft's own files over those of its base.
func (s *shelf) put(d draft.Draft, base map[string][]byte, changed []draft.File) (err error) {
	if d.Base != s.base {
		if s.good, err = release.Folder(base); err != nil {
			return err
		}
		s.base = d.Base
	}
	s.take(d.Version, draft.Over(base, changed))
	for _, f := range changed {
		if is, there := s.files[f.Path]; there {
			is.By, is.At = f.Name, f.At.In(s.zone)
			s.files[f.Path] = is
		}
	}
	return nil
}

// Good implements author.Store.
func (s *shelf) Good() fs.FS { return s.good }

// Save writes over the text that the writer has seen.
func (s *shelf) Save(ctx context.Context, name string, text []byte, seen string) error {
	return s.write(ctx, draft.Writing{Path: name, Body: text, Seen: seen})
}

// Make writes a file that there was not.
func (s *shelf) Make(ctx context.Context, name string, text []byte) error {
	return s.write(ctx, draft.Writing{Path: name, Body: text})
}

// Rename takes a file away and writes it under another name.
func (s *shelf) Rename(ctx context.Context, name, to, seen string) error {
	if _, err := s.Look(ctx); err != nil { // another process may have written since
		return err
	}
	is, there := s.files[name]
	if !there {
		return author.ErrGone
	}
	if is.Hash != seen {
		return author.ErrChanged
	}
	return s.write(ctx, draft.Writing{Path: name, Seen: seen}, draft.Writing{Path: to, Body: is.Text})
}

// Remove takes away a file that the writer has seen.
func (s *shelf) Remove(ctx context.Context, name, seen string) error {
	return s.write(ctx, draft.Writing{Path: name, Seen: seen})
}

// write makes all the changes, or none.
func (s *shelf) write(ctx context.Context, all ...draft.Writing) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		for _, w := range all {
			w.Draft, w.Staff = s.id, author.ReaderOf(ctx).Staff
			if err := draft.WriteTx(ctx, tx, s.now(), w); err != nil {
				return err
			}
		}
		return nil
	})
	_, changed := errors.AsType[*draft.ChangedError](err)
	switch {
	case changed:
		return errors.Join(author.ErrChanged, err)
	case errors.Is(err, draft.ErrTaken):
		return author.ErrTaken
	case errors.Is(err, draft.ErrGone):
		return author.ErrGone
	case errors.Is(err, draft.ErrClosed):
		return author.ErrClosed
	}
	return err
}
