package today

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/campaign"
	"besedka/core/receipt"
	"besedka/core/report"
	"besedka/storage"
	"besedka/web/console"
)

// maxReason is how many letters the reason for a pause may have.
const maxReason = 500

// standing is a campaign whose pause, or the end of it, is asked for.
type standing struct {
	Campaign campaign.Item
	To       campaign.State
	OnTheWay int64  // receipts of today that may earn by it yet
	Reason   string // as it was written
	Trouble  string // the text that says what is wrong with it
}

func (p *page) standing(v *console.Visit) (s standing, err error) {
	f, err := p.board.read(v.R.Context(), v.Now)
	if err != nil {
		return s, err
	}
	items, err := campaign.List(v.R.Context(), p.DB, "", maxCampaigns)
	i := slices.IndexFunc(items, func(c campaign.Item) bool { return c.ID == v.R.PathValue("campaign") })
	switch {
	case err != nil:
		return s, err
	case i < 0:
		return s, storage.ErrNotFound
	}
	s = standing{Campaign: items[i], To: other(items[i].State), OnTheWay: onTheWay(f.Today)}
	if s.To == "" {
		return s, console.Refusal{Status: http.StatusConflict, Key: "no_pause"}
	}
	return s, nil
}

// maxCampaigns is how many campaigns are looked through for one.
const maxCampaigns = 1000

// other is where a campaign goes by the button beside it; "" for none.
func other(s campaign.State) campaign.State {
	switch s {
	case campaign.Active:
		return campaign.Paused
	case campaign.Paused:
		return campaign.Active
	}
	return ""
}

// campaignPath leads to the page that asks for a pause, or its end.
func campaignPath(id string) string { return "/console/today/campaigns/" + url.PathEscape(id) }

// onTheWay are the receipts that a campaign has not been asked about yet.
func onTheWay(t report.Today) int64 {
	return t.Receipts.In(receipt.Queued, receipt.Waiting, receipt.Manual, receipt.Verified)
}

func (p *page) showCampaign(v *console.Visit) error {
	s, err := p.standing(v)
	if err != nil {
		return err
	}
	return v.Show(campaignPage(words{v.View, p.Programme()}, s))
}

// moveCampaign does what the button said, whatever has become of the campaign since.
func (p *page) moveCampaign(v *console.Visit) error {
	to := campaign.State(v.R.PostFormValue("to"))
	if to != campaign.Paused && to != campaign.Active {
		return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	reason := strings.TrimSpace(v.R.PostFormValue("reason"))
	if reason == "" || utf8.RuneCountInString(reason) > maxReason || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return p.askAgain(v, reason)
	}
	err := v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		_, err := p.Campaigns.MoveTx(ctx, tx, v.Now, campaign.Move{Campaign: v.R.PathValue("campaign"), To: to, Reason: reason, By: v.By})
		return "/console/today?done=campaign_" + string(to), err
	})
	p.board.forget()
	switch {
	case errors.Is(err, campaign.ErrNoWay):
		return console.Refusal{Status: http.StatusConflict, Key: "no_pause"}
	case errors.Is(err, campaign.ErrOnlyPauses):
		return console.Refusal{Status: http.StatusForbidden, Key: "forbidden"}
	}
	return err
}

func (p *page) askAgain(v *console.Visit, reason string) error {
	s, err := p.standing(v)
	if err != nil {
		return err
	}
	s.Reason, s.Trouble = reason, "today.reason_trouble"
	return v.ShowAgain(campaignPage(words{v.View, p.Programme()}, s))
}
