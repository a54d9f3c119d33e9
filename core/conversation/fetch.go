package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// fetchLease is how long a claimed photo or file belongs to one worker, while its
// process lives; a photo whose processes die again and again is left alone the
// longer the oftener, and no longer than that.
const fetchLease = time.Minute

// Fetch is an inbox row whose photo has to be brought and read, or whose file has
// to be brought, before the engine sees it. Later rows of its conversation wait.
type Fetch struct {
	Inbox        int64
	Conversation int64
	Subject      int64
	Channel      chat.Channel
	Peer         string
	Lang         string
	Attempts     int // this one included
	ReceivedAt   time.Time
	In           chat.Inbound
	Key          seal.Key // the subject's
}

// Photos are those that came through the named channels or, with Others, those
// of every channel that is not named.
type Photos struct {
	Channels []chat.Channel
	Others   bool
}

// ClaimFetch takes up to limit of the photos that are due, for fetchLease.
func (s *Service) ClaimFetch(ctx context.Context, now time.Time, of Photos, limit int) ([]Fetch, error) {
	me, err := s.db.Session(ctx)
	if err != nil {
		return nil, fmt.Errorf("claim photos: %w", err)
	}
	rows, err := storage.Collect[fetchRow](ctx, s.db, qFetchClaim, now, now.Add(fetchLease), limit, me, names(of.Channels), of.Others, fetchLease)
	if err != nil {
		return nil, fmt.Errorf("claim photos: %w", err)
	}
	fetches := make([]Fetch, 0, len(rows))
	for _, r := range rows {
		key, peer, w, err := s.openPhoto(r)
		if err != nil {
			if err := s.parkFetch(ctx, r, err); err != nil {
				return nil, err
			}
			continue
		}
		fetches = append(fetches, Fetch{
			Inbox: r.Inbox, Conversation: r.Conversation, Subject: r.Subject, Channel: chat.Channel(r.Channel), Peer: peer, Lang: r.Lang,
			Attempts: r.Attempts, ReceivedAt: r.ReceivedAt, In: *w.Chat, Key: key,
		})
	}
	return fetches, nil
}

func (s *Service) openPhoto(r fetchRow) (seal.Key, string, Wake, error) {
	key, w, err := s.openWake(r.WrappedKey, r.Sealed)
	if err != nil {
		return key, "", w, err
	}
	peer, err := key.Open("peer", r.SealedPeer)
	if err == nil && (w.Chat == nil || w.Chat.Photo == nil && w.Chat.File == nil) {
		err = errors.New("it waits for a photo and has none")
	}
	return key, string(peer), w, err
}

// parkFetch puts aside a row that cannot be read: its sender was being erased
// when it arrived, or something is broken. Left as it is, it would stop the photos
// that are claimed beside it, again and again.
func (s *Service) parkFetch(ctx context.Context, r fetchRow, cause error) error {
	if !errors.Is(cause, seal.ErrErased) {
		s.log.ErrorContext(ctx, "a photo's row cannot be read and is put aside", "inbox", r.Inbox, "conversation", r.Conversation, "err", cause)
	}
	if _, err := s.db.Exec(ctx, qFetchPark, r.Inbox); err != nil {
		return fmt.Errorf("put photo of inbox row %d aside: %w", r.Inbox, err)
	}
	return nil
}

type fetchRow struct {
	Inbox        int64     `db:"id"`
	Conversation int64     `db:"conversation_id"`
	Subject      int64     `db:"subject_id"`
	Channel      string    `db:"channel"`
	Lang         string    `db:"lang"`
	Attempts     int       `db:"attempts"`
	ReceivedAt   time.Time `db:"received_at"`
	Sealed       []byte    `db:"sealed"`
	SealedPeer   []byte    `db:"sealed_peer"`
	WrappedKey   []byte    `db:"wrapped_key"`
}

// Fetched writes what became of the photo or the file of in, which is f's, on its
// row and makes it ready.
func (s *Service) Fetched(ctx context.Context, f Fetch, in chat.Inbound) error {
	sealed, err := f.Key.SealJSON("inbox", Wake{Chat: &in})
	if err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, qFetchDone, f.Inbox, sealed); err != nil {
		return fmt.Errorf("finish photo of inbox row %d: %w", f.Inbox, err)
	}
	s.wake.Turns()
	return nil
}

// FetchLater gives the photo back until at.
func (s *Service) FetchLater(ctx context.Context, f Fetch, at time.Time) error {
	_, err := s.db.Exec(ctx, qFetchLater, f.Inbox, at)
	return err
}

// NextFetch is when the next of the photos falls due; zero when none waits.
func (s *Service) NextFetch(ctx context.Context, of Photos) (time.Time, error) {
	return storage.Earliest(ctx, s.db, qFetchNext, names(of.Channels), of.Others)
}

func (s *Service) openWake(wrapped, sealed []byte) (key seal.Key, w Wake, err error) {
	if key, err = s.keys.Unwrap(wrapped); err != nil {
		return key, w, err
	}
	err = key.OpenJSON("inbox", sealed, &w)
	return key, w, err
}
