package api

import (
	"encoding/json"
	"strconv"
	"time"
)

// auditLog is the answer of GET /audit, the newest first.
type auditLog struct {
	Acts []actShown `json:"acts"`
	Next int64      `json:"next,omitempty"` // before which the next page begins; absent: there is none
}

// actShown is one row of the log.
type actShown struct {
	ID     int64           `json:"id"`
	At     time.Time       `json:"at"`
	Staff  int64           `json:"staff,omitempty"` // absent: the program itself or its command line
	Name   string          `json:"name,omitempty"`
	Act    string          `json:"act"`
	Object string          `json:"object"`
	Detail json.RawMessage `json:"detail"`
	Fits   bool            `json:"fits"` // its hash is that of the row, and it follows from the one before
}

// listActs pages through who did what.
func (a *api) listActs(c call) (any, error) {
	var before int64
	if text := c.r.URL.Query().Get("before"); text != "" {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return nil, invalid{"before is next of the page that you have"}
		}
	}
	rows, err := a.Staff.Audit(c.ctx, before, pageRows)
	log := auditLog{Acts: make([]actShown, len(rows))}
	for i, r := range rows {
		log.Acts[i] = actShown{r.ID, r.At, r.Staff, r.Name, r.Act, r.Object, json.RawMessage(r.Detail), r.Fits}
	}
	if len(rows) == pageRows {
		log.Next = rows[pageRows-1].ID
	}
	return log, err
}
