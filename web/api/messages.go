package api

import (
	"cmp"
	"slices"
	"strings"

	"besedka/core/campaign"
	"besedka/storage"
)

// messages is the answer of GET /receipts/{id}/messages.
type messages struct {
	Receipt  int64            `json:"receipt"`
	Messages []campaign.Words `json:"messages"`
}

// showMessages tells a till what campaigns say of a receipt that they brought something
// for: what to print, and what to show to whom.
func (a *api) showMessages(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p := a.Programme()
	lang := cmp.Or(c.r.URL.Query().Get("lang"), p.Base())
	if !slices.Contains(p.Languages, lang) {
		return nil, invalid{"lang must be one of the programme's: " + strings.Join(p.Languages, ", ")}
	}
	standing, err := a.Campaigns.Standing(c.ctx, a.DB, id)
	if err == nil && len(standing) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	words, err := a.Campaigns.WordsOf(c.ctx, a.DB, id, 0, lang)
	tills := slices.DeleteFunc(words, func(w campaign.Words) bool { return w.Slip+w.Cashier+w.Display == "" })
	return messages{id, append([]campaign.Words{}, tills...)}, err
}
