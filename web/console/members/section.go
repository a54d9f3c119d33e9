package members

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/staff"
	"besedka/core/tier"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// Deps is what the pages stand on.
type Deps struct {
	DB        *storage.DB
	Members   *member.Service
	Imports   *intake.Service
	Tiers     *tier.Service
	Programme func() *flows.Programme // as published now
	// Erase forgets for ever who a member is, in all packages.
	Erase func(ctx context.Context, tx storage.Tx, now time.Time, e member.Erasing) error
	// Lifted gives a member what waited while they might not earn.
	Lifted func(ctx context.Context, tx storage.Tx, now time.Time, member int64) error
}

type pages struct{ Deps }

const home = "/console/members"

// Section is the members of the console.
func Section(d Deps) console.Section {
	p := &pages{d}
	get := func(path string, needs staff.Permission, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: http.MethodGet, Path: home + path, Permission: needs, Serve: serve}
	}
	post := func(path string, needs staff.Permission, do doing) console.Route {
		return console.Route{Method: http.MethodPost, Path: home + path, Permission: needs, Serve: p.act(do)}
	}
	return console.Section{
		Name: "members", Topics: []console.Topic{p.importTopic()}, Files: map[string]int64{imports: intake.MaxBytes + maxForm},
		Routes: append([]console.Route{
			get("", staff.ReadMembers, p.showSearch),
			get("/search", staff.ReadMembers, p.toSearch),
			{Method: http.MethodPost, Path: home + "/search", Permission: staff.ReadMembers, Serve: p.search},
			get("/{id}", staff.ReadMembers, p.showCard),
			get("/{id}/edit", staff.EditMembers, p.showEdit),
			post("/{id}/edit", staff.EditMembers, p.edit),
			post("/{id}/consent", staff.EditMembers, p.consent),
			post("/{id}/subscribe", staff.ServeCards, p.subscribe),
			post("/{id}/card", staff.ServeCards, p.giveCard),
			post("/{id}/status", staff.ChangeCards, p.changeCard),
			post("/{id}/suspend", staff.ReviewReceipts, p.suspend),
			post("/{id}/lift", staff.ReviewReceipts, p.lift),
			{Method: http.MethodPost, Path: home + "/{id}/reveal", Permission: staff.RevealMembers, Serve: p.reveal},
			get("/{id}/merge", staff.ReviewReceipts, p.showMerge),
			post("/{id}/merge", staff.ReviewReceipts, p.merge),
			post("/{id}/unmerge", staff.ReviewReceipts, p.unmerge),
			get("/pairs", staff.ReviewReceipts, p.showPairs),
			{Method: http.MethodPost, Path: home + "/pairs", Permission: staff.ReviewReceipts, Serve: p.settle},
			get("/{id}/erase", staff.EraseMembers, p.showErase),
			post("/{id}/erase", staff.EraseMembers, p.erase),
			get("/{id}/certificate.pdf", staff.EraseMembers, p.certificate),
		}, p.importRoutes()...),
	}
}

// path leads to a member's page, or to what is asked of them.
func path(id int64, act string) string {
	if act == "" {
		return fmt.Sprintf("%s/%d", home, id)
	}
	return fmt.Sprintf("%s/%d/%s", home, id, act)
}

// memberOf is the member in the path, whoever they are by now.
func (p *pages) memberOf(v *console.Visit) (member.Member, error) {
	id, err := v.PathNumber("id")
	if err != nil {
		return member.Member{}, err
	}
	return p.Members.Get(v.R.Context(), id)
}
