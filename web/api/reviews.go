package api

import "besedka/core/receipt"

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
	rows, err := receipt.Reviews(c.ctx, a.DB, after, pageRows+1)
	shown, next := page(rows, func(r receipt.Review) int64 { return r.ID })
	return reviewPage{shown, next}, err
}
