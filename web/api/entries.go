package api

import "besedka/core/entry"

// entriesShown is the answer of GET /entries.
type entriesShown struct {
	Days   int           `json:"days"`
	Places []entry.Count `json:"places"`
}

// entryDays is how far it looks back.
const entryDays = 30

// listEntries counts who came by which place's links. Places are as many as posters were
// made for: a page holds them all.
func (a *api) listEntries(c call) (any, error) {
	days, err := c.days(entryDays)
	if err != nil {
		return nil, err
	}
	counts, err := entry.Counts(c.ctx, a.DB, c.now.AddDate(0, 0, -days))
	if counts == nil {
		counts = []entry.Count{}
	}
	return entriesShown{days, counts}, err
}
