package receipt

import (
	"context"
	"log/slog"
	"time"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/tier"
	"besedka/core/verify"
	"besedka/storage"
)

// Config is what a Service works with.
type Config struct {
	DB        *storage.DB
	Campaigns *campaign.Service
	Products  *product.Service // nil: no goods are looked for
	Coupons   coupon.Service   // takes back those of a revoked receipt
	Partners  *partner.Service // nil: nobody asks where receipts were made
	Tiers     *tier.Service    // nil: nobody looks at tiers
	Provider  *verify.Client   // the tax service; without it and Second every receipt waits for a person
	Name      string           // of Provider, kept with what it confirmed: fns, demo
	Quota     int              // requests of a day to Provider; 0: as many as it allows
	Zone      *time.Location   // of the tills, until stores have their own
	Sample    int              // of a hundred credited receipts, how many people look at; 0 for none
	Notify    Notify
	Busy      func(ctx context.Context, subject int64) (done func()) // shows who waits for a receipt that it is looked at; may be nil
	Log       *slog.Logger

	Second      *verify.Proverkacheka // asked while Provider cannot be, and when there is none; may be nil
	SecondQuota int                   // requests of a day to Second; 0: as many as it allows

	// Debt is the policy for an award that is taken back when its points are spent; nil
	// = ledger.WithinBalance.
	Debt func(currency string) ledger.Debt
}

// Notify puts events through the one door of the conversation, in the transaction that
// made them happen.
type Notify func(ctx context.Context, tx storage.Tx, now time.Time, news ...Notice) error

// Notice is an event that a shopper should hear of. Subject is who sent the
// receipt, 0 when a registrar did. A Key seen before must do nothing.
type Notice struct {
	Member, Subject int64
	Key             string
	Name            string // one of the Event constants
	Args            map[string]expr.Value
}

// Names of events. All carry receipt (Count; 0 when the submission never became
// one) and sum (Money).
const (
	EventCredited = "receipt.credited" // points, total: the balance after it, coupons and their numbers
	EventRejected = "receipt.rejected" // reason; cause: review.Cause of a person's rejection, else ""
	EventDelayed  = "receipt.delayed"
	EventManual   = "receipt.manual"
	EventUnclear  = "receipt.unclear"  // a person needs another photo of it
	EventKept     = "receipt.kept"     // verified, and not credited while its member is suspended
	EventRefunded = "receipt.refunded" // sum: of what came back; points, coupons and their numbers: what was taken for it; total: the balance after it
	EventRevoked  = "receipt.revoked"  // reason, points, coupons and their numbers: what was taken back, total: the balance after it
)

// Service is the life of receipts.
type Service struct{ Config }

// New wires a Service.
func New(c Config) *Service { return &Service{Config: c} }
