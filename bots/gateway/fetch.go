package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// Limits of fetching. photoTimeout lies within the minute that a claimed photo
// belongs to its worker. A Step ends with the slowest of its photos, so it takes few
// and several run side by side: a document that takes half a minute holds up nobody.
const (
	maxFetches    = 2
	photoTimeout  = 45 * time.Second
	fetchAttempts = 8                // some four minutes, while the conversation waits
	fileTimeout   = 30 * time.Second // whoever takes so long is not asked again
	fileAttempts  = 4                // a quarter of a minute: the answer does not depend on a file
	noticeAfter   = time.Second
)

// Fetch brings photos and files before the turn: the messenger's file becomes a
// sealed blob and, of a photo, the texts of its codes.
type Fetch struct {
	conv     *conversation.Service
	adapter  bots.Adapter // nil: there is nobody to bring these photos
	photos   conversation.Photos
	hands    Hands
	log      *slog.Logger
	patience time.Duration // before the person is told that we are looking
	fileTime time.Duration // fileTimeout
}

// Hands are what Fetch does with a photo, given by the wiring.
type Hands struct {
	// Keep stores a photo sealed and reads its codes. An error means that it
	// is to be tried again; a photo without codes is not an error.
	Keep func(ctx context.Context, f conversation.Fetch, data []byte) (chat.Photo, error)
	// KeepFile stores any other file sealed. A file that is too long to be kept is
	// bots.ErrTooBig.
	KeepFile func(ctx context.Context, f conversation.Fetch, data []byte) (blob string, err error)
	// Notice tells the person that we are looking at the photo, once however
	// often it is called.
	Notice func(ctx context.Context, now time.Time, f conversation.Fetch) error
}

// NewFetch fetches the photos of a's channel. Each has a Fetch of its own, so
// that a messenger that hangs holds up no other one's photos.
func NewFetch(conv *conversation.Service, a bots.Adapter, h Hands, log *slog.Logger) *Fetch {
	photos := conversation.Photos{Channels: []chat.Channel{a.Channel()}}
	return &Fetch{conv: conv, adapter: a, photos: photos, hands: h, log: log, patience: noticeAfter, fileTime: fileTimeout}
}

// NewFetchOthers gives up, after the usual attempts, the photos of channels
// that none of the adapters serves: they came while another configuration was
// running, and their conversations wait.
func NewFetchOthers(conv *conversation.Service, served []bots.Adapter, h Hands, log *slog.Logger) *Fetch {
	photos := conversation.Photos{Others: true}
	for _, a := range served {
		photos.Channels = append(photos.Channels, a.Channel())
	}
	return &Fetch{conv: conv, photos: photos, hands: h, log: log, patience: noticeAfter, fileTime: fileTimeout}
}

// FetchWorkers is how many Steps of one Fetch may run at once.
const FetchWorkers = 4

// Step claims photos that are due and brings them. Others may run beside it.
func (f *Fetch) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if lone, ok := f.adapter.(bots.Lone); ok && !lone.Here() { // who has it fetches
		return false, time.Time{}, nil
	}
	photos, err := f.conv.ClaimFetch(ctx, now, f.photos, maxFetches)
	if err != nil {
		return false, time.Time{}, err
	}
	if len(photos) == 0 {
		next, err := f.conv.NextFetch(ctx, f.photos)
		return false, next, err
	}
	errs := make([]error, len(photos))
	var all sync.WaitGroup
	for i, p := range photos {
		all.Go(func() { errs[i] = f.one(ctx, now, p) })
	}
	all.Wait()
	return true, time.Time{}, errors.Join(errs...)
}

func (f *Fetch) one(ctx context.Context, now time.Time, p conversation.Fetch) error {
	told, shown := f.tell(ctx, now, p), f.typing(ctx, p)
	in, err := f.bring(ctx, p)
	shown()
	told()
	switch {
	case err == nil:
		return f.conv.Fetched(ctx, p, in)
	case errors.Is(err, bots.ErrTooBig):
		return f.hopeless(ctx, p, chat.TooBig, err)
	case errors.Is(err, bots.ErrGone), p.Attempts >= attempts(p.In):
		return f.hopeless(ctx, p, chat.Unreachable, err)
	}
	f.log.WarnContext(ctx, "file not fetched", "inbox", p.Inbox, "attempt", p.Attempts, "err", err)
	return f.conv.FetchLater(ctx, p, now.Add(backoff(p.Attempts-1)))
}

// attempts is how often it is worth trying while the conversation waits.
func attempts(in chat.Inbound) int {
	if in.File != nil {
		return fileAttempts
	}
	return fetchAttempts
}

// bring is what the person did with its photo or file kept.
func (f *Fetch) bring(ctx context.Context, p conversation.Fetch) (in chat.Inbound, err error) {
	if most := attempts(p.In); p.Attempts > most { // even the last attempt took its process down
		return in, fmt.Errorf("%w: tried %d times", bots.ErrGone, most)
	}
	if f.adapter == nil {
		return in, fmt.Errorf("%w: channel %s is not served", bots.ErrUnavailable, p.Channel)
	}
	if p.In.File != nil {
		return f.file(ctx, p)
	}
	ctx, cancel := context.WithTimeout(ctx, photoTimeout)
	defer cancel()
	data, err := f.adapter.Fetch(ctx, p.In.Photo.Remote, chat.CapsOf(p.Channel).Fetch)
	if err != nil {
		return in, err
	}
	photo, err := f.hands.Keep(ctx, p, data)
	return withPhoto(p.In, photo), err
}

// file is bring of a file. One that hangs is gone: the answer waits for it once.
func (f *Fetch) file(ctx context.Context, p conversation.Fetch) (in chat.Inbound, err error) {
	ctx, cancel := context.WithTimeout(ctx, f.fileTime)
	defer cancel()
	defer func() {
		if end, _ := ctx.Deadline(); err != nil && time.Until(end) <= 0 { // a connection may know before ctx does
			err = fmt.Errorf("%w: it took longer than %v: %w", bots.ErrGone, f.fileTime, err)
		}
	}()
	limit := chat.CapsOf(p.Channel).Fetch
	if p.In.File.Size > limit {
		return in, fmt.Errorf("%w: %d bytes", bots.ErrTooBig, p.In.File.Size)
	}
	data, err := f.adapter.Fetch(ctx, p.In.File.Remote, limit)
	if err != nil {
		return in, err
	}
	kept := *p.In.File
	if kept.Blob, err = f.hands.KeepFile(ctx, p, data); err != nil {
		return in, err
	}
	kept.Size = int64(len(data))
	in = p.In
	in.File = &kept
	return in, nil
}

func withPhoto(in chat.Inbound, p chat.Photo) chat.Inbound {
	p.PDF = in.Photo.PDF
	in.Photo = &p
	return in
}

// hopeless lets the conversation go on without the photo or the file.
func (f *Fetch) hopeless(ctx context.Context, p conversation.Fetch, trouble string, cause error) error {
	f.log.WarnContext(ctx, "file given up", "inbox", p.Inbox, "trouble", trouble, "err", cause)
	if p.In.File == nil {
		return f.conv.Fetched(ctx, p, withPhoto(p.In, chat.Photo{Remote: p.In.Photo.Remote, Trouble: trouble}))
	}
	in, lost := p.In, *p.In.File
	lost.Trouble, in.File = trouble, &lost
	return f.conv.Fetched(ctx, p, in)
}

// tell gives notice if the work on a photo takes longer than patience; call the
// result when the work is done.
func (f *Fetch) tell(ctx context.Context, now time.Time, p conversation.Fetch) func() {
	if p.In.Photo == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var told sync.WaitGroup
	told.Go(func() {
		bots.Pause(ctx, f.patience)
		if ctx.Err() != nil {
			return
		}
		if err := f.hands.Notice(context.WithoutCancel(ctx), now, p); err != nil {
			f.log.WarnContext(ctx, "notice not given", "inbox", p.Inbox, "err", err)
		}
	})
	return func() {
		cancel()
		told.Wait()
	}
}
