package prize

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/expr"
	"besedka/core/prize/showcase"
	"besedka/core/seal"
	"besedka/core/tier"
	"besedka/storage"
)

// Config is what a Service works with.
type Config struct {
	DB       *storage.DB
	Keys     *seal.Keyring
	Showcase func() *showcase.Showcase // as published now
	Zone     func() *time.Location     // whose days limits are counted in
	Currency func() string             // that prices are in when they name none
	Scale    func(currency string) int // digits of a currency's minor unit
	Tiers    *tier.Service             // looks whether points that come back lead to another one; nil: nobody does
	Notify   Notify
}

// Service gives prizes.
type Service struct{ Config }

// New wires a Service.
func New(c Config) *Service { return &Service{c} }

// Notify puts an event through the one door of the conversation, in the transaction
// that made it happen.
type Notify func(ctx context.Context, tx storage.Tx, now time.Time, n Notice) error

// Notice is news of an order that its member has not made. A Key seen before must do
// nothing.
type Notice struct {
	Member, Subject int64
	Key             string
	Args            map[string]expr.Value
}

// EventChanged is the name of such news: order (Count) and state (Text).
const EventChanged = "prize.changed"

// Order is a prize that a member asked for, or won.
type Order struct {
	ID       int64             `db:"id" json:"id"`
	Key      string            `db:"key" json:"-"`
	Prize    string            `db:"prize" json:"prize"`
	Name     string            `db:"name" json:"name"` // as it was called when it was ordered
	Member   int64             `db:"member_id" json:"member"`
	Subject  *int64            `db:"subject_id" json:"-"`
	State    State             `db:"state" json:"state"`
	Delivery showcase.Delivery `db:"delivery" json:"delivery"`
	Currency string            `db:"currency" json:"currency"`
	Price    int64             `db:"price" json:"price"`           // minor units; 0 when it was won
	Value    int64             `db:"value" json:"value,omitempty"` // kopecks
	Tax      showcase.Tax      `db:"tax" json:"tax,omitempty"`
	Campaign *string           `db:"campaign_id" json:"campaign,omitempty"`
	Receipt  *int64            `db:"receipt_id" json:"receipt,omitempty"`
	At       time.Time         `db:"at" json:"at"`
	Expires  *time.Time        `db:"expires_at" json:"expires,omitempty"` // of a reservation for points
}

// State is where an order stands.
type State string

// The states. A reservation is confirmed into what its delivery begins with.
const (
	Reserved    State = "reserved"
	CodeIssued  State = "code_issued"
	ReadyAtDesk State = "ready_at_desk"
	HandedOver  State = "handed_over"
	Picking     State = "picking"
	Shipped     State = "shipped"
	Delivered   State = "delivered"
	Cancelled   State = "cancelled"
	Expired     State = "expired"
)

// States are all of them, in the order of an order's life.
var States = []State{Reserved, CodeIssued, ReadyAtDesk, HandedOver, Picking, Shipped, Delivered, Cancelled, Expired}

// open are the states out of which an order may be cancelled: nothing has left us.
var open = []State{Reserved, ReadyAtDesk, Picking}

// Open says whether the order may be cancelled.
func (o Order) Open() bool { return slices.Contains(open, o.State) }

// TTL is how long a reservation waits to be confirmed.
const TTL = 48 * time.Hour

// Refusals of a reservation. Too few points are a *ledger.Insufficient.
var (
	ErrOutOfStock = errors.New("there is none of this prize left")
	ErrGone       = errors.New("the showcase has no such prize for this member now")
	ErrLimit      = errors.New("the member has as many of this prize as one may have")
	ErrStranger   = errors.New("the member is not registered")
	ErrSuspended  = errors.New("the member is suspended, or their card is")
)

// Refusals of other acts.
var (
	ErrNobody    = errors.New("the member has no chat whose key could seal what is theirs")
	ErrNoAddress = errors.New("a parcel needs an address")
	ErrNegative  = errors.New("there is not so much in stock")
	ErrByCodes   = errors.New("the stock of this prize is the codes of its pool")
	ErrLocked    = errors.New("too many wrong codes: hand the order over by its number")
)

// StateError refuses an act that an order in this state does not allow.
type StateError struct{ State State }

func (e *StateError) Error() string { return fmt.Sprintf("the order is %s", e.State) }

// Kinds of what is sealed.
const (
	poolKind    = "prize code"
	secretKind  = "prize secret"
	addressKind = "prize address"
)
