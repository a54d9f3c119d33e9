package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/outside"
	"besedka/core/seal"
	"besedka/core/service/contract"
	"besedka/storage"
)

const (
	lease      = 30 * time.Second // longer than a request may take
	atOnce     = 4                // requests to one service
	firstPause = time.Second      // before a service is asked again; then twice as long
	maxPause   = time.Minute
	busy       = 200 * time.Millisecond // when to look again for one whose service has enough in hand
)

// Secret opens one host, and is told to no other: programmes are written by many.
type Secret struct{ Value, Host string }

// Config is what a Service is made of.
type Config struct {
	DB      *storage.DB
	Keys    *seal.Keyring
	Door    *conversation.Service
	Secrets map[string]Secret // by the names that contracts have
	Private []string          // hosts (with ports, as addresses have them) that may stand in a network of ours
	Offline bool              // a rehearsal: nobody of the internet is asked
	Wake    func()            // tells that there is an answer
	Log     *slog.Logger
}

// Service asks services of others.
type Service struct {
	Config
	internet, nearby *http.Client
}

// New returns a Service.
func New(c Config) *Service {
	return &Service{Config: c, internet: outside.New(outside.OnlyPublic, requestTimeout, atOnce), nearby: outside.New(nil, requestTimeout, atOnce)}
}

// Call is one request, made by a turn.
type Call struct {
	Conversation, Turn int64
	Service            string
	Sealed             []byte // a Request
	Due, Until         time.Time
}

// Request is what is sealed of a call.
type Request struct {
	Contract contract.Service      `json:"contract"`
	Args     map[string]expr.Value `json:"args,omitempty"`
}

// Seal makes the call of a turn.
func (r Request) Seal(key seal.Key, now time.Time, conversation, turn int64) (Call, error) {
	sealed, err := key.SealJSON("service", r)
	return Call{conversation, turn, r.Contract.Name, sealed, now, now.Add(r.Contract.Within)}, err
}

// Queue writes calls down in the transaction of their turns.
func Queue(b *storage.Batch, calls []Call) {
	if len(calls) == 0 {
		return
	}
	n := len(calls)
	conversations, turns, services, sealed := make([]int64, n), make([]int64, n), make([]string, n), make([][]byte, n)
	due, until := make([]time.Time, n), make([]time.Time, n)
	for i, c := range calls {
		conversations[i], turns[i], services[i], sealed[i], due[i], until[i] = c.Conversation, c.Turn, c.Service, c.Sealed, c.Due, c.Until
	}
	b.Exec(qInsert, conversations, turns, services, sealed, due, until)
}

// pending is a request in hand.
type pending struct {
	ID           string    `db:"id"`
	Conversation int64     `db:"conversation_id"`
	Turn         int64     `db:"turn_no"`
	Service      string    `db:"service"`
	Sealed       []byte    `db:"sealed"`
	Asks         int       `db:"asks"`
	Until        time.Time `db:"until"`
	Subject      int64     `db:"subject_id"`
	WrappedKey   []byte    `db:"wrapped_key"`
}

// Step asks for one request that is due. next is when the next one may be.
func (s *Service) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	next, err = storage.Earliest(ctx, s.DB, qNext)
	if err != nil || next.IsZero() { // as nearly always
		return false, next, err
	}
	me, err := s.DB.Session(ctx)
	if err != nil {
		return false, time.Time{}, err
	}
	due, err := storage.Collect[pending](ctx, s.DB, qClaim, now, now.Add(lease), me, atOnce)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("claim a request to a service: %w", err)
	}
	if len(due) == 0 && !next.After(now) { // what is due is of a service that has enough in hand
		next = now.Add(busy)
	}
	for _, p := range due {
		worked, next = true, time.Time{}
		if err := s.ask(ctx, now, p); err != nil {
			return false, time.Time{}, fmt.Errorf("request %s to the service %s: %w", p.ID, p.Service, err)
		}
	}
	return worked, next, nil
}

// ask asks once and settles what came of it. Whose sender was erased asks nobody.
func (s *Service) ask(ctx context.Context, now time.Time, p pending) error {
	key, err := s.Keys.Unwrap(p.WrappedKey)
	if errors.Is(err, seal.ErrErased) {
		_, err := s.DB.Exec(ctx, qDone, p.ID, p.Asks)
		return err
	}
	failed := contract.Answer{Outcome: contract.Failed}
	if now.After(p.Until) { // whether it opens or not
		return s.settle(ctx, now, p, failed)
	}
	var r Request
	if err == nil {
		err = key.OpenJSON("service", p.Sealed, &r)
	}
	if err != nil {
		return errors.Join(err, s.later(ctx, p, now.Add(maxPause)))
	}
	answer, err := s.send(ctx, p, r)
	switch {
	case ctx.Err() != nil: // to be stopped is nobody's fault: whoever comes next asks again
		return nil
	case err == nil:
		return s.settle(ctx, now, p, answer)
	}
	again, last := now.Add(pause(p.Asks)), p.Until.Add(-requestTimeout) // whose answer comes in time
	if again.After(last) {
		again = last
	}
	hopeless := errors.Is(err, errForGood) || !now.Before(last)
	s.Log.WarnContext(ctx, "a service gave no answer of its contract", "service", p.Service, "request", p.ID, "asks", p.Asks, "last", hopeless, "err", err)
	if hopeless {
		return s.settle(ctx, now, p, failed)
	}
	return s.later(ctx, p, again)
}

// later leaves a request for another time.
func (s *Service) later(ctx context.Context, p pending, at time.Time) error {
	_, err := s.DB.Exec(ctx, qLater, p.ID, p.Asks, at)
	return err
}

// pause is how long to wait after so many asks.
func pause(asks int) time.Duration {
	return min(maxPause, firstPause<<min(asks-1, 10))
}

// settle ends a request and wakes the conversation, both or neither. One that
// somebody else has taken over meanwhile is theirs.
func (s *Service) settle(ctx context.Context, now time.Time, p pending, a contract.Answer) error {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		gone, err := tx.Exec(ctx, qDone, p.ID, p.Asks)
		if err != nil || gone.RowsAffected() == 0 {
			return err
		}
		e := conversation.Event{Name: contract.Prefix + p.Service, Args: a.Values, Outcome: a.Outcome, Visit: p.Turn}
		return s.Door.NotifyTx(ctx, tx, now, conversation.Recipient{Subject: p.Subject}, "service/"+p.ID, e)
	})
	if err == nil {
		s.Wake()
	}
	return err
}

// Waiting counts the requests that are not answered, by service.
func Waiting(ctx context.Context, db *storage.DB) (map[string]int64, error) {
	type row struct {
		Service string `db:"service"`
		N       int64  `db:"n"`
	}
	rows, err := storage.Collect[row](ctx, db, qWaiting)
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.Service] = r.N
	}
	return counts, err
}
