package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-telegram/bot"

	"besedka/bots"
)

// Run implements bots.Listener. It starts from the oldest update Telegram
// still keeps, not from a remembered one: those already taken are recognised
// by their keys, while an offset that Telegram's numbering has fallen behind
// (it starts anew after a week of silence) would throw updates away. For the same
// reason it forgets its offset after a day of silence.
func (a *Adapter) Run(ctx context.Context, sink bots.Sink) error {
	if a.cfg.WebhookURL != "" {
		return a.listen(ctx)
	}
	return a.keepPolling(ctx, func(ctx context.Context, raws []json.RawMessage) (int64, error) {
		n := a.read(raws)
		if err := sink(ctx, n.Batch); err != nil {
			return 0, err
		}
		a.stopSpinners(ctx, n.taps)
		return n.next, nil
	})
}

// takeUpdates is nil, and the offset that confirms them, once updates are committed.
type takeUpdates func(ctx context.Context, raws []json.RawMessage) (next int64, err error)

// keepPolling asks for updates until ctx ends or Telegram refuses the account.
func (a *Adapter) keepPolling(ctx context.Context, take takeUpdates) error {
	var next cursor
	failures, hooked := 0, true
	for ctx.Err() == nil {
		var err error
		if hooked { // Telegram refuses polls while a webhook is set
			_, err = a.api.DeleteWebhook(ctx, &bot.DeleteWebhookParams{})
			hooked = err != nil
		} else {
			err = a.poll(ctx, take, &next)
		}
		switch {
		case err == nil:
			failures = 0
		case ctx.Err() != nil:
			return nil
		case errors.Is(classify(err), bots.ErrUnauthorized):
			return classify(err)
		default:
			failures++
			a.complain(ctx, err)
			bots.Pause(ctx, pause(failures, err))
		}
	}
	return nil
}

// listen has Telegram post updates to our webhook; see Webhook.
func (a *Adapter) listen(ctx context.Context) error {
	for failures := 1; ctx.Err() == nil; failures++ {
		_, err := a.api.SetWebhook(ctx, &bot.SetWebhookParams{
			URL:            a.cfg.WebhookURL,
			SecretToken:    a.cfg.WebhookSecret,
			AllowedUpdates: allowedUpdates,
			MaxConnections: 1, // more would lose the order
		})
		if err == nil {
			<-ctx.Done()
			return nil
		}
		if errors.Is(classify(err), bots.ErrUnauthorized) {
			return classify(err)
		}
		a.complain(ctx, err)
		bots.Pause(ctx, pause(failures, err))
	}
	return nil
}

// cursor is where the next poll begins.
type cursor struct {
	offset int64
	moved  time.Time
}

// maxSilence lies well within the week after which Telegram numbers anew.
const maxSilence = 24 * time.Hour

// from is the offset to poll from; 0 is the oldest update Telegram keeps.
func (c *cursor) from(now time.Time) int64 {
	if now.Sub(c.moved) >= maxSilence {
		c.offset = 0
	}
	return c.offset
}

func (c *cursor) pass(next int64, now time.Time) {
	c.offset, c.moved = max(c.offset, next), now
}

// poll asks for updates from c on, which confirms those before it, and moves c
// once they are committed.
func (a *Adapter) poll(ctx context.Context, take takeUpdates, c *cursor) error {
	raws, err := a.getUpdates(ctx, c.from(a.cfg.Now()))
	if err != nil || len(raws) == 0 {
		return err
	}
	next, err := take(ctx, raws)
	if err != nil {
		return fmt.Errorf("take %d updates: %w", len(raws), err)
	}
	c.pass(next, a.cfg.Now())
	return nil
}

const (
	batchLimit = 100
)

func (a *Adapter) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{
		"offset": offset, "limit": batchLimit, "timeout": int(pollTimeout.Seconds()), "allowed_updates": allowedUpdates,
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.Server+"/bot"+a.cfg.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, bots.WithoutURL(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := doer{a.polls}.Do(req)
	if err != nil {
		return nil, fmt.Errorf("getUpdates: %w", err)
	}
	defer resp.Body.Close()
	return readUpdates(resp.Body)
}

func readUpdates(body io.Reader) ([]json.RawMessage, error) {
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Code        int               `json:"error_code"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, errors.New("getUpdates: unreadable answer")
	}
	if answer.OK {
		return answer.Result, nil
	}
	switch answer.Code {
	case http.StatusTooManyRequests:
		return nil, &bot.TooManyRequestsError{Message: "getUpdates", RetryAfter: answer.Parameters.RetryAfter}
	case http.StatusConflict:
		return nil, fmt.Errorf("getUpdates: %w: %s", bot.ErrorConflict, answer.Description)
	case http.StatusUnauthorized, http.StatusNotFound:
		return nil, fmt.Errorf("getUpdates: %w: %s", bot.ErrorUnauthorized, answer.Description)
	}
	return nil, fmt.Errorf("getUpdates: %d %s", answer.Code, answer.Description)
}

// stopSpinners tells Telegram that taps arrived; until then the button shows a
// spinner. One that fails is no harm.
func (a *Adapter) stopSpinners(ctx context.Context, taps []string) {
	complain := func(err error) {
		a.cfg.Log.DebugContext(ctx, "telegram tap not answered", "account", a.account, "err", classify(err))
	}
	bots.AnswerTaps(ctx, taps, complain, func(ctx context.Context, id string) error {
		_, err := a.api.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: id})
		return err
	})
}

func (a *Adapter) complain(ctx context.Context, err error) {
	if errors.Is(err, bot.ErrorConflict) {
		a.cfg.Log.ErrorContext(ctx, "somebody else reads this telegram bot's updates", "account", a.account, "err", err)
		return
	}
	a.cfg.Log.WarnContext(ctx, "telegram updates not read", "account", a.account, "err", err)
}

const (
	pauseFirst    = 250 * time.Millisecond
	pauseMost     = 15 * time.Second
	pauseConflict = 5 * time.Second
)

// pause is how long to leave Telegram in peace after failures in a row.
func pause(failures int, err error) time.Duration {
	if e, ok := errors.AsType[*bot.TooManyRequestsError](err); ok {
		return max(time.Duration(e.RetryAfter)*time.Second, pauseFirst)
	}
	if errors.Is(err, bot.ErrorConflict) {
		return pauseConflict
	}
	return min(pauseFirst<<min(failures-1, 10), pauseMost)
}
