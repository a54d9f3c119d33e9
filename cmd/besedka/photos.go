package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/qr"
	"besedka/core/seal"
	"besedka/dialogs/runner"
	"besedka/storage"
)

// What one photo may cost before we say that we see no code, and one PDF: its reader
// takes half of that at most, but may still have to be made ready.
const (
	photoBudget = 5 * time.Second
	pdfBudget   = 30 * time.Second
)

// keepPhoto stores a photo sealed and reads its codes, with the help of what the
// person's photos before it showed.
func (a *app) keepPhoto(ctx context.Context, f conversation.Fetch, data []byte) (chat.Photo, error) {
	photo := chat.Photo{Remote: f.In.Photo.Remote}
	earlier, err := a.media.Glimpses(ctx, a.now(), f.Key, f.Subject)
	if err != nil {
		return photo, err
	}
	read, err := a.look(ctx, data, earlier)
	if err != nil {
		return photo, err
	}
	photo.Codes, photo.Trouble = read.Codes, string(read.Trouble)
	if read.Hint != "" {
		photo.Trouble = string(read.Hint)
	}
	blob, err := a.media.Put(ctx, a.now(), f.Key, media.File{Subject: f.Subject, Mime: http.DetectContentType(data), Data: data})
	if errors.Is(err, media.ErrTooLarge) {
		photo.Trouble = chat.TooBig
		return photo, nil
	}
	if err != nil {
		return photo, err
	}
	photo.Blob = blob
	return photo, a.keepGlimpses(ctx, f, blob, read)
}

// keepFile stores a file that is no photo sealed. What its sender's phone says of its
// type is not believed.
func (a *app) keepFile(ctx context.Context, f conversation.Fetch, data []byte) (blob string, err error) {
	blob, err = a.media.Put(ctx, a.now(), f.Key, media.File{Subject: f.Subject, Mime: http.DetectContentType(data), Data: data})
	if errors.Is(err, media.ErrTooLarge) {
		err = bots.ErrTooBig
	}
	return blob, err
}

// keepGlimpses keeps what a photo showed of a code that was not read; those of a
// receipt that was read have done their work. Those that were needed for it stay for
// their hour: if we die before the code is handed on, it is read from them once more.
func (a *app) keepGlimpses(ctx context.Context, f conversation.Fetch, blob string, read qr.Result) error {
	switch {
	case read.Joined:
		return nil
	case read.Fiscal():
		return a.media.ForgetGlimpses(ctx, f.Subject)
	case len(read.Seen) > 0:
		return a.media.KeepGlimpses(ctx, a.now(), f.Key, blob, read.Seen)
	}
	return nil
}

// look reads a photo's codes. A crafted picture may take 600 MB while it
// is open, so no more are open at once than there are cores to look at them. A PDF may
// take longer by far: PDFs wait for each other, and no photo waits for them.
func (a *app) look(ctx context.Context, data []byte, earlier [][]byte) (qr.Result, error) {
	slots, patience := a.looks, photoBudget
	if qr.IsPDF(data) {
		slots, patience = a.pdfs, pdfBudget
	}
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return qr.Result{}, ctx.Err()
	}
	defer func() { <-slots }()
	budget, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	read := a.eyes.ReadFile(budget, data, earlier...)
	if read.Fault != nil {
		a.log.ErrorContext(ctx, "our reader failed on a photo", "err", read.Fault)
	}
	return read, nil
}

// lookingAtPhoto tells the shopper that a photo takes longer.
func (a *app) lookingAtPhoto(ctx context.Context, now time.Time, f conversation.Fetch) error {
	if a.instant {
		return nil
	}
	return a.door.Say(ctx, now, f.Notice(a.voice().Notice(f.Channel, f.Lang, "chat.looking")))
}

// voice is how the program speaks past the scripts.
func (a *app) voice() runner.Voice {
	return runner.Voice{Texts: a.texts, Releases: a.scripts, Demo: a.demo}
}

// uploaded opens a file that the web chat keeps already.
func (a *app) uploaded(ctx context.Context, blob string, limit int64) ([]byte, error) {
	f, err := a.media.Get(ctx, blob)
	switch {
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, seal.ErrErased):
		return nil, bots.ErrGone
	case err != nil:
		return nil, err
	case int64(len(f.Data)) > limit:
		return nil, bots.ErrTooBig
	}
	return f.Data, nil
}

// picture opens what a message shows: a file of the programme or a blob.
func (a *app) picture(ctx context.Context, m chat.Media) ([]byte, error) {
	if m.Blob != "" {
		f, err := a.media.Get(ctx, m.Blob)
		return f.Data, err
	}
	return a.releases.Content(ctx, m.Hash)
}
