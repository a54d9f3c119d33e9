package api

import (
	"strconv"

	"besedka/core/receipt"
)

// reviewPage is one page of GET /reviews. Next is the after of the page behind
// it; absent on the last one.
type reviewPage struct {
	Reviews []receipt.Review `json:"reviews"`
	Next    int64            `json:"next,omitempty"`
}

const reviewRows = 100 // in a page

// listReviews shows what waits for a reviewer, oldest first.
func (a *api) listReviews(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	rows, err := receipt.Reviews(c.ctx, a.DB, after, reviewRows+1)
	if err != nil || len(rows) <= reviewRows {
		return reviewPage{Reviews: rows}, err
	}
	return reviewPage{rows[:reviewRows], rows[reviewRows-1].ID}, nil
}

// after is where the page asked for begins; 0 is the first one.
func (c call) after() (int64, error) {
	text := c.r.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, invalid{"after must be the next of the page before, a whole number"}
	}
	return n, nil
}
