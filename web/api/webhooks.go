package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"besedka/core/hook"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// webhookList is the answer of GET /webhooks.
type webhookList struct {
	Webhooks []hook.Endpoint `json:"webhooks"`
}

func (a *api) listWebhooks(c call) (any, error) {
	all, err := hook.List(c.ctx, a.DB)
	return webhookList{all}, err
}

func (a *api) showWebhook(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return hook.Show(c.ctx, a.DB, id)
}

// madeWebhook is the answer of who makes an endpoint, or gives it a secret. The secret is
// not kept with the answer: for the same request it is reckoned again.
type madeWebhook struct {
	Webhook int64  `json:"webhook"`
	Secret  string `json:"secret,omitempty"`
}

// makeWebhook begins to tell another system what happens.
func (a *api) makeWebhook(c call) (act, error) {
	var w hook.Wanted
	if err := c.decode(&w); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, err := a.Webhooks.MakeTx(ctx, tx, c.now, c.by, c.key, w)
		return madeWebhook{Webhook: id}, err
	}, nil
}

// showSecret adds the secret to what is kept of a request.
func (a *api) showSecret(c call, kept []byte) (any, error) {
	var made madeWebhook
	err := json.Unmarshal(kept, &made)
	made.Secret = a.Webhooks.Secret(c.by, c.key)
	return made, err
}

// rotateWebhook gives an endpoint another secret; the one before signs for a day more.
func (a *api) rotateWebhook(c call) (act, error) {
	return a.webhookAct(c, func(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error {
		return a.Webhooks.RotateTx(ctx, tx, now, by, c.key, id)
	})
}

// changeWebhook changes where an endpoint is, and what it is told.
func (a *api) changeWebhook(c call) (act, error) {
	var w hook.Wanted
	if err := c.decode(&w); err != nil {
		return nil, err
	}
	return a.webhookAct(c, func(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error {
		return a.Webhooks.ChangeTx(ctx, tx, now, by, id, w)
	})
}

func (a *api) pauseWebhook(c call) (act, error)  { return a.webhookAct(c, hook.PauseTx) }
func (a *api) resumeWebhook(c call) (act, error) { return a.webhookAct(c, hook.ResumeTx) }
func (a *api) removeWebhook(c call) (act, error) { return a.webhookAct(c, hook.RemoveTx) }

func (a *api) webhookAct(c call, do func(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return madeWebhook{Webhook: id}, do(ctx, tx, c.now, c.by, id)
	}, nil
}

// attemptPage is one page of GET /webhooks/{id}/attempts. Next is the after of the page
// behind it; absent on the last one.
type attemptPage struct {
	Attempts []hook.Attempt `json:"attempts"`
	Next     int64          `json:"next,omitempty"`
}

// listAttempts shows what came of each attempt, newest first.
func (a *api) listAttempts(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	if _, err := hook.Show(c.ctx, a.DB, id); err != nil {
		return nil, err
	}
	rows, err := hook.Attempts(c.ctx, a.DB, id, after, pageRows+1)
	shown, next := page(rows, func(t hook.Attempt) int64 { return t.ID })
	return attemptPage{shown, next}, err
}

// toldAgain is how many events are told once more.
type toldAgain struct {
	Events int64 `json:"events"`
}

// tellAgain tells an endpoint of one event once more, or of all since an instant.
func (a *api) tellAgain(c call) (act, error) {
	var asked struct {
		Event string    `json:"event"`
		Since time.Time `json:"since"`
	}
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	if (asked.Event == "") == asked.Since.IsZero() || !storable(asked.Event) {
		return nil, invalid{"send either event, the id of one, or since, an instant like 2026-11-22T12:00:00Z"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		n, err := hook.AgainTx(ctx, tx, c.now, c.by, id, hook.Again{Event: asked.Event, Since: asked.Since})
		return toldAgain{n}, err
	}, nil
}

// refuseWebhook answers a wish for an endpoint that cannot be; false when err is another.
func refuseWebhook(w http.ResponseWriter, err error) bool {
	wrong, ok := errors.AsType[*hook.WrongError](err)
	switch {
	case !ok:
		return false
	case wrong.Key == hook.TooMany:
		problem.Write(w, http.StatusConflict, "too_many", wrong.Error())
	default:
		problem.Write(w, http.StatusBadRequest, "invalid", wrong.Error())
	}
	return true
}
