package vk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. Token, Group, Cursor, Picture, Now and Log are
// required.
type Config struct {
	Token     string // of the community
	Group     int64  // id of the community
	Server    string // base URL of the API, "" = VK's own
	PerSecond int    // requests a second; 0 = as fast as it goes

	// With a secret VK posts events to our webhook, which its owner enters in the
	// community's settings, and asks there for Confirmation first; without one the
	// adapter polls.
	WebhookSecret string
	Confirmation  string

	Cursor  func(ctx context.Context, account string) (string, error) // the last bots.Batch.Cursor committed
	Picture func(ctx context.Context, m chat.Media) ([]byte, error)   // a picture to send
	Now     func() time.Time
	Log     *slog.Logger
}

const officialServer = "https://api.vk.com"

// Adapter is one community. See bots.Hooked.
type Adapter struct {
	cfg   Config
	sends *http.Client
	polls *http.Client
	files *http.Client
	pace  *rate.Limiter
}

// Patience with VK.
const (
	sendTimeout = 30 * time.Second
	fileTimeout = time.Minute
	pollTimeout = 25 * time.Second // how long VK may hold an empty answer, at most 90 s
)

// New is the adapter of one community. It does not touch the network.
func New(cfg Config) (*Adapter, error) {
	switch {
	case cfg.Token == "" || strings.ContainsAny(cfg.Token, " \t\r\n"):
		return nil, errors.New("vk token is empty or has white space in it")
	case cfg.Group <= 0:
		return nil, errors.New("vk needs the number of the community")
	case (cfg.WebhookSecret == "") != (cfg.Confirmation == ""):
		return nil, errors.New("vk webhook needs both its secret and the confirmation that vk shows beside it")
	case cfg.Server == "":
		cfg.Server = officialServer
	}
	cfg.Server = strings.TrimSuffix(cfg.Server, "/")
	return &Adapter{
		cfg:   cfg,
		sends: bots.NewHTTPClient(sendTimeout),
		polls: bots.NewHTTPClient(pollTimeout + 10*time.Second),
		files: bots.NewHTTPClient(fileTimeout),
		pace:  pace(cfg.PerSecond),
	}, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.VK }

// Account implements bots.Adapter: vk/<community>.
func (a *Adapter) Account() string { return fmt.Sprintf("vk/%d", a.cfg.Group) }

// Fetch implements bots.Adapter; remote is the address of a file that VK gave with
// the message.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	return bots.Download(ctx, a.files, remote, limit)
}

func pace(perSecond int) *rate.Limiter {
	if perSecond == 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), perSecond)
}
