package today

import (
	"net/http"
	"time"

	"besedka/core/campaign"
	"besedka/core/report"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// Deps is what the page stands on.
type Deps struct {
	DB        *storage.DB
	Reports   *report.Service
	Campaigns *campaign.Service
	Programme func() *flows.Programme // as published now: its words for what is counted
	Now       func() time.Time
}

// page serves the section.
type page struct {
	Deps
	board board
}

// Section is the page and what it leads to.
func Section(d Deps) console.Section {
	p := &page{Deps: d, board: board{reports: d.Reports}}
	return console.Section{
		Name: "today",
		Routes: []console.Route{
			{Method: http.MethodGet, Path: "/console/today", Permission: staff.ReadReports, Serve: p.show},
			{Method: http.MethodGet, Path: "/console/today.csv", Permission: staff.ReadReports, Serve: p.export},
			{Method: http.MethodGet, Path: "/console/today/campaigns/{campaign}", Permission: staff.PauseCampaigns, Serve: p.showCampaign},
			{Method: http.MethodPost, Path: "/console/today/campaigns/{campaign}", Permission: staff.PauseCampaigns, Serve: p.moveCampaign},
		},
		Topics: []console.Topic{{Name: topic, Permission: staff.ReadReports, Mark: p.mark, Piece: p.piece}},
	}
}

const topic = "today"

func (p *page) show(v *console.Visit) error {
	f, err := p.board.read(v.R.Context(), v.Now)
	if err != nil {
		return err
	}
	return v.Show(todayPage(words{v.View, p.Programme()}, f.Today, ui.Watch{Topic: topic, Mark: f.mark}))
}

// export is the file of the same figures, as Excel opens it.
func (p *page) export(v *console.Visit) error {
	today, err := p.Reports.Export(v.R.Context(), v.Now, v.By.ID)
	if err != nil {
		return err
	}
	h := v.Writer().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="today-`+today.Day+`.csv"`)
	return today.Write(v.Writer(), v.By.ID, true)
}
