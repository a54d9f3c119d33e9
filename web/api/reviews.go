package api

import (
	"context"
	"errors"
	"slices"
	"time"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/storage"
)

// reviewPage is one page of GET /reviews. Next is the after of the page behind
// it; absent on the last one.
type reviewPage struct {
	Reviews []receipt.Review `json:"reviews"`
	Next    int64            `json:"next,omitempty"`
}

// listReviews shows what waits for a reviewer, oldest first.
func (a *api) listReviews(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	kinds := review.Kinds
	if asked := review.Kind(c.r.URL.Query().Get("kind")); asked != "" {
		if !slices.Contains(kinds, asked) {
			return nil, invalid{"kind must be receipt, product, fraud, sample or place"}
		}
		kinds = []review.Kind{asked}
	}
	rows, err := receipt.Reviews(c.ctx, a.DB, kinds, after, pageRows+1, c.by.Partners...)
	if err != nil {
		return nil, err
	}
	shown, next := page(rows, func(r receipt.Review) int64 { return r.ID })
	return reviewPage{shown, next}, nil
}

// reviewed is a task with everything a person needs to decide it.
type reviewed struct {
	Task review.Task `json:"task"`
	receipt.Dossier
}

func (a *api) showReview(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	task, err := review.Find(c.ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	dossier, err := receipt.DossierOf(c.ctx, a.DB, task.Receipt, c.by.Partners...)
	return reviewed{task, dossier}, err
}

// taken is the answer of POST /reviews/{id}/take.
type taken struct {
	Task  int64     `json:"task"`
	Until time.Time `json:"until"`
	Fence int64     `json:"fence"` // for the decision, so that it is of this taking
}

// takeReview keeps a task for the one who asks.
func (a *api) takeReview(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		got, err := review.TakeTx(ctx, tx, c.now, id, c.by.ID)
		if err != nil {
			return nil, err
		}
		return taken{id, got.Until, got.Fence}, c.reviewed(ctx, tx, "reviews.take", id, nil)
	}, nil
}

// judgement is the body of POST /reviews/{id}/decision.
type judgement struct {
	Approve *bool        `json:"approve"`
	Cause   review.Cause `json:"cause"`
	Note    string       `json:"note"`
	Sum     int64        `json:"sum"`   // of a receipt whose code leaves it open
	Fence   int64        `json:"fence"` // of the taking that it is of; 0: of none
}

func (j judgement) check() error {
	switch {
	case j.Approve == nil:
		return invalid{"say whether it is approved: true or false"}
	case !j.Cause.Fits(*j.Approve):
		return invalid{"cause must be paper_seen, found, innocent or other of an approval; not_found, forged, collected, ineligible, unreadable or other of a rejection"}
	}
	return noted(j.Cause, j.Note)
}

// noted refuses a cause that says nothing without a note.
func noted(c review.Cause, note string) error {
	if !storable(note) || note == "" && c == review.Other {
		return invalid{"give the note in words: the cause other says nothing without it"}
	}
	return nil
}

// judgeReview records a verdict and what follows from it.
func (a *api) judgeReview(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in judgement
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		v := review.Verdict{Task: id, Staff: c.by.ID, Approve: *in.Approve, Cause: in.Cause, Note: in.Note, Fence: in.Fence}
		judged, err := a.Receipts.JudgeTx(ctx, tx, c.now, receipt.Judgement{Verdict: v, Sum: in.Sum})
		if unclear, ok := errors.AsType[*receipt.SumError](err); ok {
			return nil, invalid{unclear.Error()}
		}
		if err != nil {
			return nil, err
		}
		detail := map[string]any{"receipt": judged.Receipt, "approve": *in.Approve, "cause": in.Cause, "taken": judged.Back.Taken, "short": judged.Back.Short}
		return judged, c.reviewed(ctx, tx, "reviews.decide", id, detail)
	}, nil
}
