package api

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"besedka/core/campaign"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/family"
	"besedka/core/hook"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/partner"
	"besedka/core/prize"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/report"
	"besedka/core/seal"
	"besedka/core/slo"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/core/support"
	"besedka/core/survey"
	"besedka/core/tier"
	"besedka/core/topup"
	"besedka/dialogs"
	"besedka/dialogs/canned"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/problem"
	"besedka/web/studio"
)

// Deps is what the API stands on.
type Deps struct {
	DB         *storage.DB
	Keys       *seal.Keyring
	Staff      *staff.Service
	Access     *access.Service
	Public     string // the address of the site
	Members    *member.Service
	Receipts   *receipt.Service
	Campaigns  *campaign.Service
	Products   *product.Service
	Partners   *partner.Service
	SLO        *slo.Service
	Reports    *report.Service
	Media      *media.Service
	Door       *conversation.Service
	Webhooks   *hook.Service
	Surveys    *survey.Service
	TopUps     *topup.Service
	Canned     *canned.Service
	Here       *support.Presence
	Desk       *support.Desk
	Targets    func(ctx context.Context, now time.Time, conversation int64) ([]dialogs.Target, error) // see runner.Runner
	Prizes     *prize.Service
	Imports    *intake.Service
	Tiers      *tier.Service
	Families   *family.Service
	Studio     *studio.Studio
	Currencies func() []string                           // of the programme as published now
	Programme  func() *flows.Programme                   // as published now
	ChatLink   func(payload string) string               // opens the web chat
	Mark       func(of chat.Channel, lang string) string // closes every message; of a demonstration
	Texts      *locales.Catalog
	// Erase forgets for ever who a member is, in all packages.
	Erase func(ctx context.Context, tx storage.Tx, now time.Time, e member.Erasing) error
	// Lifted gives a member what waited while they might not earn.
	Lifted func(ctx context.Context, tx storage.Tx, now time.Time, member int64) error
	Now    func() time.Time
	Log    *slog.Logger
}

type api struct {
	Deps
	forecasting sync.Mutex // of one forecast at a time
}

//go:embed openapi.json
var description []byte

// New builds the handler of /api/v1/ and /api/openapi.json.
func New(d Deps) http.Handler {
	a, mux := &api{Deps: d}, http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.method+" /api/v1"+r.path, a.serve(r))
	}
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description)
	})
	mux.HandleFunc("/api/v1/", func(w http.ResponseWriter, _ *http.Request) {
		problem.Write(w, http.StatusNotFound, "no_route", "see /api/openapi.json for what there is")
	})
	return mux
}
