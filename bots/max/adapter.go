package max

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. Token, Cursor, Picture, Now and Log are
// required.
type Config struct {
	Token     string
	Server    string // base URL of the Bot API, "" = MAX's own
	PerSecond int    // requests a second; 0 = as fast as it goes

	// With a webhook MAX posts updates to WebhookURL and proves itself by
	// WebhookSecret; without one the adapter polls.
	WebhookURL    string
	WebhookSecret string

	Cursor  func(ctx context.Context, account string) (string, error) // the last bots.Batch.Cursor committed
	Picture func(ctx context.Context, m chat.Media) ([]byte, error)   // a picture or a file to send
	Now     func() time.Time
	Log     *slog.Logger
}

const officialServer = "https://platform-api2.max.ru"

// Adapter is one bot. See bots.Hooked.
type Adapter struct {
	cfg   Config
	sends *http.Client
	polls *http.Client
	files *http.Client
	pace  *rate.Limiter
	wait  func(ctx context.Context, d time.Duration)
}

// secretShape is what POST /subscriptions lets a secret be.
var secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]{5,256}$`)

// Patience with MAX.
const (
	sendTimeout = 30 * time.Second
	fileTimeout = time.Minute
	pollTimeout = 50 * time.Second // how long MAX may hold an empty answer, at most 90 s
)

// New is the adapter of one bot. It does not touch the network.
func New(cfg Config) (*Adapter, error) {
	switch {
	case cfg.Token == "" || strings.ContainsAny(cfg.Token, " \t\r\n"):
		return nil, errors.New("max token is empty or has white space in it")
	case cfg.WebhookURL != "" && !secretShape.MatchString(cfg.WebhookSecret):
		return nil, errors.New("max webhook needs a secret of 5 to 256 Latin letters, digits, - and _")
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
		wait:  bots.Pause,
	}, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.Max }

// Account implements bots.Adapter. The token does not tell which bot it is of, and
// what tells updates apart is unique in all of MAX.
func (a *Adapter) Account() string { return "max" }

// Fetch implements bots.Adapter; remote is the address of a file that MAX gave
// with the message.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	return bots.Download(ctx, a.files, remote, limit)
}

func pace(perSecond int) *rate.Limiter {
	if perSecond == 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), perSecond)
}
