//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"besedka/bots"
)

// session is one connection, with a client of its own: a client that connects
// again goes on with what it had been told before, in front of what it is told
// anew.
type session struct {
	*Adapter
	client    *whatsmeow.Client
	ctx       context.Context // ends with the session: then nothing is confirmed any more
	end       context.CancelCauseFunc
	sink      bots.Sink
	connected atomic.Bool
	ratchet   sync.Mutex // who reads and who writes would each undo the other's step of a chat's ratchet
}

func newSession(ctx context.Context, a *Adapter, d *store.Device, sink bots.Sink, end context.CancelCauseFunc) *session {
	s := &session{Adapter: a, client: newClient(d, a.cfg.Over), ctx: ctx, end: end, sink: sink}
	d.EventBuffer = buffer{d.EventBuffer, &s.ratchet, a.cfg.DB, end}
	d.Contacts = nameless{d.Contacts}
	s.client.BackgroundEventCtx = ctx
	s.client.GetMessageForRetry = s.again
	s.client.AddEventHandlerWithSuccessStatus(s.hear)
	return s
}

func (s *session) close() {
	s.mu.Lock()
	if s.Adapter.session == s {
		s.Adapter.session = nil
	}
	s.mu.Unlock()
	s.client.Disconnect()
}

// hear says whether an event is done with; a message that is not comes again.
// The library recovers a panic of ours and confirms, so it may not see one.
func (s *session) hear(evt any) (done bool) {
	defer func() {
		if p := recover(); p != nil {
			s.end(fmt.Errorf("%w: a panic over a %T", errNotTaken, evt))
			done = false
		}
	}()
	if s.ctx.Err() != nil { // what comes after something not taken is not taken either
		return false
	}
	switch e := evt.(type) {
	case *events.Message:
		return s.message(e)
	case *events.Connected:
		s.connected.Store(true)
		s.setTrouble("")
	case *events.UndecryptableMessage: // the sender's phone is asked to say it again
		s.cfg.Log.WarnContext(s.ctx, "a message cannot be read yet", "account", s.account, "message", e.Info.ID)
	default:
		if err := ending(evt); err != nil {
			s.end(err)
		}
	}
	return true
}

// keepAlives that fail in a row mean that nobody is there any more.
const keepAlives = 2

// ending says why a session is over; nil when it is not.
func ending(evt any) error {
	switch e := evt.(type) {
	case *events.Disconnected, *events.StreamError, *events.ConnectFailure:
		return errLost
	case *events.KeepAliveTimeout:
		if e.ErrorCount >= keepAlives {
			return errLost
		}
	case *events.LoggedOut:
		return &refusedError{"the device was unlinked: link it anew by besedka whatsapp pair", pauseUnlinked}
	case *events.StreamReplaced:
		return &refusedError{"the linked device is connected from elsewhere", pauseReplaced}
	case *events.ClientOutdated:
		return &refusedError{"WhatsApp takes no clients of this version any more: a newer Besedka is needed, or the Cloud API", pauseOutdated}
	case *events.TemporaryBan:
		return &refusedError{fmt.Sprintf("WhatsApp has banned the account for %s: %s", e.Expire, e.Code), max(e.Expire, pauseReplaced)}
	}
	return nil
}

// message hands over what a person wrote.
func (s *session) message(e *events.Message) bool {
	if !personal(e) {
		return true
	}
	who, err := s.who(e)
	if err != nil {
		s.end(fmt.Errorf("%w: %w", errNotTaken, brief(err)))
		return false
	}
	batch, ok := s.batch(e, who)
	if !ok {
		return true
	}
	if err := s.sink(s.ctx, batch); err != nil {
		s.end(fmt.Errorf("%w: %w", errNotTaken, err))
		return false
	}
	go s.read(e)
	return true
}

// batch is one message, or one that nobody could read without a panic.
func (s *session) batch(e *events.Message, who peer) (b bots.Batch, ok bool) {
	b.Account = s.account
	defer func() {
		if p := recover(); p != nil {
			raw, _ := proto.Marshal(e.RawMessage)
			b.Poison, ok = []bots.Poison{{Key: who.jid.String() + "/" + e.Info.ID, Raw: raw, Reason: "a panic while it was read"}}, true
		}
	}()
	in, ok := read(e.Message)
	in.Name, in.Phone = e.Info.PushName, who.phone
	own(&in)
	b.Messages = []bots.Received{{Key: e.Info.ID, Peer: who.jid.String(), Alias: who.alias(), At: e.Info.Timestamp, In: in}}
	return b, ok
}

// readPatience is how long to try to tell that a message was read, which is
// only a courtesy.
const readPatience = 10 * time.Second

func (s *session) read(e *events.Message) {
	ctx, cancel := context.WithTimeout(s.ctx, readPatience)
	defer cancel()
	if err := s.client.MarkRead(ctx, []types.MessageID{e.Info.ID}, s.cfg.Now(), e.Info.Chat, e.Info.Sender); err != nil {
		s.cfg.Log.DebugContext(ctx, "a message is not marked as read", "account", s.account, "err", brief(err))
	}
}

// again is what went out under an id, for a phone that cannot read it.
func (s *session) again(_, to types.JID, id types.MessageID) *waE2E.Message {
	jid, _, err := s.canonical(to, types.EmptyJID)
	if err != nil {
		return nil
	}
	w, ok, err := s.cfg.Sent(s.ctx, jid.String(), id)
	if err != nil {
		s.cfg.Log.WarnContext(s.ctx, "a message that a phone asks for is not found", "account", s.account, "message", id, "err", err)
	}
	if !ok {
		return nil
	}
	m, err := s.compose(s.ctx, w)
	if err != nil {
		return nil
	}
	return m
}
