//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"besedka/bots"
	"besedka/core/chat"
)

// Patience with WhatsApp, and with our own pace: who would wait longer is told
// to come again.
const (
	ackPatience  = 10 * time.Second
	pacePatience = 4 * time.Second
	elsewhere    = 2 * time.Second // a session is here soon, or in another process
	rateLimit    = time.Minute     // WhatsApp does not say how long
)

// Send implements bots.Adapter.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	s, to, err := a.ready(ctx, peer)
	if err != nil {
		return "", err
	}
	m, err := s.compose(ctx, w)
	if err != nil {
		return "", err
	}
	message := a.messageID(id)
	return message, s.send(ctx, to, message, m)
}

// Edit implements bots.Editor. WhatsApp takes a change of anything, and phones
// take no notice of one that fits none of their messages; so only ids that are ours
// are changed.
func (a *Adapter) Edit(ctx context.Context, peer, id, external string, w chat.Wire) error {
	if !messageIDShape.MatchString(external) {
		return fmt.Errorf("%w: this is no message of ours", bots.ErrRejected)
	}
	s, to, err := a.ready(ctx, peer)
	if err != nil {
		return err
	}
	m, err := s.compose(ctx, w)
	if err != nil {
		return err
	}
	return s.send(ctx, to, a.messageID(id), s.client.BuildEdit(to, external, m))
}

// ready waits for the pace and returns the session. When it is not here another
// process may have it, so that the message is to be tried again soon; that is no
// failure of the message.
func (a *Adapter) ready(ctx context.Context, peer string) (*session, types.JID, error) {
	to, err := types.ParseJID(peer)
	if err != nil || to.User == "" {
		return nil, to, fmt.Errorf("%w: peer is not an id of WhatsApp", bots.ErrRejected)
	}
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	if s == nil || !s.client.IsLoggedIn() {
		return nil, to, fmt.Errorf("%w: the device is not connected: %w", bots.ErrUnavailable, &bots.ThrottledError{After: elsewhere})
	}
	return s, to, a.keepPace(ctx)
}

// keepPace waits as a person would who writes.
func (a *Adapter) keepPace(ctx context.Context) error {
	now := a.cfg.Now()
	r := a.pace.ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > pacePatience {
		r.CancelAt(now)
		return &bots.ThrottledError{After: delay}
	}
	if delay > 0 {
		a.wait(ctx, delay)
	}
	return nil
}

// compose words a message for WhatsApp. Buttons are in its text already. WhatsApp would
// pass on a text of any length, and phones fold it: what was not cut is refused here.
func (s *session) compose(ctx context.Context, w chat.Wire) (*waE2E.Message, error) {
	if utf8.RuneCountInString(w.Text) > chat.CapsOf(chat.Whatsmeow).Text.Max {
		return nil, fmt.Errorf("%w: the text is too long", bots.ErrRejected)
	}
	if w.Media == nil {
		return &waE2E.Message{Conversation: &w.Text}, nil
	}
	picture, err := s.cfg.Picture(ctx, *w.Media)
	if err != nil {
		return nil, fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
	}
	up, err := s.client.Upload(ctx, picture, whatsmeow.MediaImage)
	if err != nil {
		return nil, fmt.Errorf("%w: upload: %w", bots.ErrUnavailable, brief(err))
	}
	return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: &w.Text, Mimetype: proto.String(http.DetectContentType(picture)), URL: &up.URL, DirectPath: &up.DirectPath,
		MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256, FileLength: &up.FileLength,
	}}, nil
}

// send sends m and returns when WhatsApp has it. The library would send it to
// nobody, and call that well, when the person has no phone.
func (s *session) send(ctx context.Context, to types.JID, id string, m *waE2E.Message) error {
	phones, err := s.client.GetUserDevices(ctx, []types.JID{to})
	if err != nil {
		return classify(err, bots.ErrUnavailable)
	}
	if len(phones) == 0 {
		return fmt.Errorf("%w: nobody in WhatsApp has this id", bots.ErrBlocked)
	}
	_ = s.client.SendChatPresence(ctx, to, types.ChatPresenceComposing, types.ChatPresenceMediaText) // only a courtesy
	s.ratchet.Lock()
	defer s.ratchet.Unlock()
	_, err = s.client.SendMessage(ctx, to, m, whatsmeow.SendRequestExtra{ID: id, Timeout: ackPatience})
	if err != nil {
		return classify(err, bots.ErrUnknownOutcome)
	}
	return nil
}

// classify says in the words of package bots how a call failed; otherwise is
// the kind of what nobody knows.
func classify(err, otherwise error) error {
	if errors.Is(err, whatsmeow.ErrIQRateOverLimit) {
		return &bots.ThrottledError{After: rateLimit}
	}
	kind := otherwise
	code, answered := ackCode(err)
	switch {
	case code == http.StatusTooManyRequests:
		return &bots.ThrottledError{After: rateLimit}
	case code == timeLock:
		kind = bots.ErrWindowClosed
	case code >= http.StatusInternalServerError:
		kind = bots.ErrUnavailable
	case answered:
		kind = bots.ErrRejected
	case unsent(err):
		kind = bots.ErrUnavailable
	}
	return fmt.Errorf("%w: %w", kind, brief(err))
}

// timeLock is the answer to an account that writes to people who never wrote to
// it: for a time it may only answer, go.mau.fi/whatsmeow issues 1074 and 1157.
const timeLock = 463

// ackCode is the error that WhatsApp acknowledges a message with.
func ackCode(err error) (code int, ok bool) {
	if !errors.Is(err, whatsmeow.ErrServerReturnedError) {
		return 0, false
	}
	words := err.Error()
	code, _ = strconv.Atoi(words[strings.LastIndexByte(words, ' ')+1:])
	return code, true
}

// unsent says whether a message has surely not left.
func unsent(err error) bool {
	if _, ok := errors.AsType[*whatsmeow.IQError](err); ok {
		return true
	}
	if d, ok := errors.AsType[*whatsmeow.DisconnectedError](err); ok {
		return strings.HasPrefix(d.Action, "info query")
	}
	return errors.Is(err, whatsmeow.ErrNotConnected) || errors.Is(err, whatsmeow.ErrNotLoggedIn) || errors.Is(err, whatsmeow.ErrIQTimedOut)
}

// brief is an error without what the library quotes in it: numbers of people and
// whole stanzas.
func brief(err error) error {
	if code, ok := ackCode(err); ok {
		return fmt.Errorf("acknowledged with error %d", code)
	}
	if e, ok := errors.AsType[*whatsmeow.IQError](err); ok {
		return fmt.Errorf("query answered with error %d", e.Code)
	}
	if e, ok := errors.AsType[*whatsmeow.DisconnectedError](err); ok {
		return fmt.Errorf("disconnected during %s", e.Action)
	}
	for _, known := range []error{
		whatsmeow.ErrNotConnected, whatsmeow.ErrNotLoggedIn, whatsmeow.ErrIQTimedOut, whatsmeow.ErrMessageTimedOut,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, known) {
			return known
		}
	}
	return fmt.Errorf("error of kind %T", err)
}
