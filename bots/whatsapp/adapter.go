//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"golang.org/x/time/rate"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. Phone, DB, Box, Picture, Sent, Now and Log are
// required.
type Config struct {
	Phone     string            // of the account, in digits
	DB        *sql.DB           // of Schema, which is this package's alone
	Box       Box               // for what is kept there
	Over      http.RoundTripper // all connections; nil = the internet
	PerMinute int               // messages a minute, over all chats; 0 = as fast as it goes

	Picture func(ctx context.Context, m chat.Media) ([]byte, error) // a picture to send
	// Sent is what went to a peer under a message id of ours, as it stands now.
	Sent func(ctx context.Context, peer, id string) (w chat.Wire, ok bool, err error)
	Now  func() time.Time
	Log  *slog.Logger
}

// Adapter is one linked device. See bots.Editor and bots.Listener.
type Adapter struct {
	cfg     Config
	account string
	pace    *rate.Limiter
	wait    func(ctx context.Context, d time.Duration)

	mu      sync.Mutex
	session *session // the one there is, connected or about to be
	trouble string   // why a person has to look after the account
}

var phoneShape = regexp.MustCompile(`^[1-9]\d{6,14}$`)

// New is the adapter of the device that is linked to an account. It touches
// neither the network nor the database.
func New(cfg Config) (*Adapter, error) {
	if !phoneShape.MatchString(cfg.Phone) {
		return nil, errors.New("the number of the WhatsApp account is to be given in digits, with the country's code and without a plus")
	}
	quiet()
	return &Adapter{cfg: cfg, account: "whatsmeow/" + cfg.Phone, pace: pace(cfg.PerMinute), wait: bots.Pause}, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.Whatsmeow }

// Account implements bots.Adapter: whatsmeow/<number>.
func (a *Adapter) Account() string { return a.account }

// Here implements bots.Lone.
func (a *Adapter) Here() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session != nil && a.session.client.IsLoggedIn()
}

// Trouble implements bots.Troubled.
func (a *Adapter) Trouble() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.trouble
}

func (a *Adapter) setTrouble(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.trouble = what
}

// Schema is where the library keeps what a linked device has to remember, in tables
// of its own making. They are no part of a backup: a ratchet that is turned back can
// read nothing, so that a restored installation is linked anew.
const Schema = "whatsmeow"

// Open makes the schema and the tables that a device's keys are kept in, if need be. One
// process at a time may.
func Open(ctx context.Context, db *sql.DB, box Box) (Vault, error) {
	if err := makeSchema(ctx, db); err != nil {
		return Vault{}, fmt.Errorf("schema of the linked device: %w", err)
	}
	v := Vault{sqlstore.NewWithDB(db, "pgx", nil), box}
	if err := v.tables.Upgrade(ctx); err != nil {
		return Vault{}, fmt.Errorf("tables of the linked device: %w", err)
	}
	if err := sealOld(ctx, db, box); err != nil {
		return Vault{}, fmt.Errorf("seal the linked device: %w", err)
	}
	return v, nil
}

// makeSchema asks first whether there is one: who may make none can be given one.
func makeSchema(ctx context.Context, db *sql.DB) error {
	var made bool
	if err := db.QueryRowContext(ctx, "select to_regnamespace($1) is not null", Schema).Scan(&made); err != nil || made {
		return err
	}
	_, err := db.ExecContext(ctx, "create schema "+Schema)
	return err
}

// deviceOf is the device that is linked to the account with a number; nil when none
// is.
func deviceOf(ctx context.Context, devices Vault, phone string) (*store.Device, error) {
	all, err := devices.GetAllDevices(ctx)
	if err != nil {
		return nil, fmt.Errorf("linked devices: %w", err)
	}
	for _, d := range all {
		if d.ID.User == phone {
			return d, nil
		}
	}
	return nil, nil
}

// newClient is a client of a device, for one connection.
func newClient(d *store.Device, over http.RoundTripper) *whatsmeow.Client {
	c := whatsmeow.NewClient(d, nil)
	c.EnableAutoReconnect = false
	c.SynchronousAck, c.EnableDecryptedEventBuffer = true, true
	c.ManualHistorySyncDownload = true
	media := http.RoundTripper(http.DefaultTransport.(*http.Transport).Clone())
	if over != nil {
		media = over
		c.SetWebsocketHTTPClient(&http.Client{Transport: over})
		c.SetPreLoginHTTPClient(&http.Client{Transport: over})
	}
	c.SetMediaHTTPClient(&http.Client{Transport: bounded{media}})
	return c
}

// messageID is the id of the message of an outbox row: the same at every
// attempt, and like those that WhatsApp's own page makes.
func (a *Adapter) messageID(outbox string) string {
	h := hmac.New(sha256.New, []byte(a.account))
	h.Write([]byte(outbox))
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(hex.EncodeToString(h.Sum(nil)[:9]))
}

var messageIDShape = regexp.MustCompile(`^` + whatsmeow.WebMessageIDPrefix + `[0-9A-F]{18}$`)

// burst is how many messages may go at once after a silence.
const burst = 5

func pace(perMinute int) *rate.Limiter {
	if perMinute == 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(float64(perMinute)/60), burst)
}

var (
	_ bots.Editor   = (*Adapter)(nil)
	_ bots.Troubled = (*Adapter)(nil)
)
