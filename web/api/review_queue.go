package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
)

// nextReview is the answer of POST /reviews/next; nothing of taken: nothing waits.
type nextReview struct {
	Taken *taken `json:"taken,omitempty"`
}

// takeNext gives the oldest task that waits to the one who asks.
func (a *api) takeNext(c call) (act, error) {
	var in struct {
		Kinds []review.Kind `json:"kinds"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&in); err != nil {
			return nil, err
		}
	}
	if len(in.Kinds) == 0 {
		in.Kinds = review.Kinds
	}
	if slices.ContainsFunc(in.Kinds, func(k review.Kind) bool { return !slices.Contains(review.Kinds, k) }) {
		return nil, invalid{"kinds are receipt, product, fraud, sample, place or debt; all when left out"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		got, ok, err := review.TakeNextTx(ctx, tx, c.now, review.Seeker{Staff: c.by.ID, Kinds: in.Kinds, Partners: c.by.Partners})
		if err != nil || !ok {
			return nextReview{}, err
		}
		return nextReview{&taken{got.Task, got.Until, got.Fence}}, c.reviewed(ctx, tx, "reviews.take", got.Task, nil)
	}, nil
}

// fenced is the body of POST /reviews/{id}/skip and /photo; it may be left out.
type fenced struct {
	Fence int64 `json:"fence"` // as take told it; 0: decided unless somebody else holds the task
}

// ofReview is whose hand is on the task in the path.
func (c call) ofReview() (review.Of, error) {
	id, err := c.id()
	if err != nil {
		return review.Of{}, err
	}
	var in fenced
	if len(c.body) > 0 {
		err = c.decode(&in)
	}
	return review.Of{Task: id, Staff: c.by.ID, Fence: in.Fence}, err
}

// skipReview leaves a task to others.
func (a *api) skipReview(c call) (act, error) {
	of, err := c.ofReview()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := review.SkipTx(ctx, tx, c.now, of); err != nil {
			return nil, err
		}
		return skipped{of.Task, c.now.Add(review.SkippedFor)}, c.reviewed(ctx, tx, "reviews.skip", of.Task, nil)
	}, nil
}

// skipped says until when the task is not given to the same person.
type skipped struct {
	Task  int64     `json:"task"`
	Until time.Time `json:"until"`
}

// askPhoto asks the shopper of a task's receipt for another photo.
func (a *api) askPhoto(c call) (act, error) {
	of, err := c.ofReview()
	if err != nil {
		return nil, err
	}
	if !a.Programme().Hears(receipt.EventUnclear) {
		return nil, errSpeechless
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, err := a.Receipts.AskPhotoTx(ctx, tx, c.now, of)
		if err != nil {
			return nil, err
		}
		return askedPhoto{of.Task, id, c.now.Add(review.AskedFor)}, c.reviewed(ctx, tx, "reviews.photo", of.Task, map[string]any{"receipt": id})
	}, nil
}

// askedPhoto says until when the shopper is waited for.
type askedPhoto struct {
	Task    int64     `json:"task"`
	Receipt int64     `json:"receipt"`
	Until   time.Time `json:"until"`
}

// errSpeechless is the answer when the programme has no words for it.
var errSpeechless = errors.New("the programme says nothing to the event receipt.unclear: add it to listen in programme.yaml, with a flow that asks for the photo")

// showPace is how many tasks the one who asks has decided.
func (a *api) showPace(c call) (any, error) {
	y, m, d := c.now.In(a.Programme().Location).Date()
	return review.PaceOf(c.ctx, a.DB, c.now, time.Date(y, m, d, 0, 0, 0, 0, a.Programme().Location), c.by.ID)
}

// reviewed keeps who did what with a task.
func (c call) reviewed(ctx context.Context, tx storage.Tx, act string, task int64, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: act, Object: fmt.Sprintf("review/%d", task), Detail: detail})
}
