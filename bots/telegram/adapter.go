package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-telegram/bot"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. Token, Picture, Now and Log are required.
type Config struct {
	Token  string
	Server string // base URL of the Bot API, "" = Telegram's own

	// With a webhook Telegram posts updates to WebhookURL and proves itself by
	// WebhookSecret; without one the adapter polls.
	WebhookURL    string
	WebhookSecret string

	Picture func(ctx context.Context, m chat.Media) ([]byte, error) // a picture or a file to send
	Now     func() time.Time
	Log     *slog.Logger
}

const officialServer = "https://api.telegram.org"

// Adapter is one bot. See bots.Listener.
type Adapter struct {
	cfg     Config
	account string
	api     *bot.Bot     // sending; its client gives up sooner than polls
	polls   *http.Client // getUpdates
	files   *http.Client
}

// core.telegram.org/bots/features#botfather: digits, a colon, letters.
var tokenShape = regexp.MustCompile(`^(\d+):[\w-]+$`)

// Patience with Telegram.
const (
	sendTimeout = 30 * time.Second
	fileTimeout = time.Minute
	pollTimeout = 50 * time.Second // how long Telegram may hold an empty answer
)

// New is the adapter of one bot. It does not touch the network.
func New(cfg Config) (*Adapter, error) {
	id := tokenShape.FindStringSubmatch(cfg.Token)
	if id == nil {
		return nil, errors.New("telegram token is not of the form 123456:letters")
	}
	if cfg.WebhookURL != "" && cfg.WebhookSecret == "" {
		return nil, errors.New("telegram webhook needs a secret")
	}
	if cfg.Server == "" {
		cfg.Server = officialServer
	}
	cfg.Server = strings.TrimSuffix(cfg.Server, "/")
	a := &Adapter{
		cfg:     cfg,
		account: "telegram/" + id[1],
		polls:   bots.NewHTTPClient(pollTimeout + 10*time.Second),
		files:   bots.NewHTTPClient(fileTimeout),
	}
	api, err := bot.New(cfg.Token,
		bot.WithSkipGetMe(),
		bot.WithServerURL(cfg.Server),
		bot.WithHTTPClient(sendTimeout, doer{bots.NewHTTPClient(sendTimeout)}),
		bot.WithErrorsHandler(func(error) {})) // it reports pipes that the other side closed
	if err != nil {
		return nil, fmt.Errorf("telegram client: %w", err)
	}
	a.api = api
	return a, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.Telegram }

// Account implements bots.Adapter: telegram/<bot id>.
func (a *Adapter) Account() string { return a.account }
