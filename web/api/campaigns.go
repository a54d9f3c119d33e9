package api

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/campaign"
	"besedka/storage"
)

// campaigns is a page of GET /campaigns.
type campaigns struct {
	Campaigns []campaignShown `json:"campaigns"`
	Next      string          `json:"next,omitempty"` // the last of the page
}

// campaignShown is a campaign, and how its budgets stand when it takes purchases now.
type campaignShown struct {
	campaign.Item
	Budgets []campaign.Budget `json:"budgets,omitempty"`
}

func (a *api) listCampaigns(c call) (any, error) {
	after := c.r.URL.Query().Get("after")
	if !storable(after) {
		return nil, invalid{"after must be the next of the page before"}
	}
	items, err := campaign.List(c.ctx, a.DB, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	budgets, err := a.Campaigns.Budgets(c.ctx, a.DB, c.now)
	if err != nil {
		return nil, err
	}
	var page campaigns
	if len(items) > pageRows {
		items, page.Next = items[:pageRows], items[pageRows-1].ID
	}
	page.Campaigns = make([]campaignShown, len(items))
	for i, item := range items {
		page.Campaigns[i].Item = item
		for _, b := range budgets {
			if b.Campaign == item.ID {
				page.Campaigns[i].Budgets = append(page.Campaigns[i].Budgets, b)
			}
		}
	}
	return page, nil
}

// standing is the body of POST /campaigns/{campaign}/state.
type standing struct {
	State  campaign.State `json:"state"`
	Reason string         `json:"reason"`
}

// stood is its answer.
type stood struct {
	Campaign string         `json:"campaign"`
	From     campaign.State `json:"from"`
	State    campaign.State `json:"state"`
}

// maxCampaign is how many letters the name of a campaign may have.
const maxCampaign = 100

// moveCampaign begins, pauses, resumes or archives a campaign; those who may not publish
// only pause and resume.
func (a *api) moveCampaign(c call) (act, error) {
	id := c.r.PathValue("campaign")
	if !storable(id) || utf8.RuneCountInString(id) > maxCampaign || strings.ContainsAny(id, `/\`) {
		return nil, invalid{"the campaign in the path must be the name of its file, without .yaml"}
	}
	var in standing
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains(campaign.States, in.State) {
		return nil, invalid{"state must be one of draft, active, paused, archived"}
	}
	if in.Reason == "" || !storable(in.Reason) {
		return nil, invalid{"give the reason in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		from, err := a.Campaigns.MoveTx(ctx, tx, c.now, campaign.Move{Campaign: id, To: in.State, Reason: in.Reason, By: c.by})
		return stood{id, from, in.State}, err
	}, nil
}
