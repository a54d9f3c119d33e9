package cloudapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. All but BusinessID and Server is required.
type Config struct {
	Token       string // of a system user, see docs/operations.md
	PhoneID     string // Meta's id of the business number, not the number itself
	AppSecret   string // signs what Meta posts
	VerifyToken string // proves Meta to our webhook; we choose it
	BusinessID  string // Meta's id of the WhatsApp Business account, whose the templates are; "" = they are not looked at
	Server      string // base URL of the Graph API, "" = Meta's own

	Picture func(ctx context.Context, m chat.Media) ([]byte, error) // a picture or a file to send
	Now     func() time.Time
	Log     *slog.Logger
}

const (
	officialServer = "https://graph.facebook.com"
	version        = "v25.0"
)

// Patience with Meta.
const (
	sendTimeout = 30 * time.Second
	fileTimeout = time.Minute
)

// Adapter is one business number. See bots.Hooked.
type Adapter struct {
	cfg     Config
	account string
	calls   *http.Client
	files   *http.Client
}

var idShape = regexp.MustCompile(`^\d{1,32}$`)

// New is the adapter of one number. It does not touch the network.
func New(cfg Config) (*Adapter, error) {
	switch {
	case cfg.Token == "":
		return nil, errors.New("whatsapp needs a token")
	case !idShape.MatchString(cfg.PhoneID):
		return nil, errors.New("whatsapp needs the id of its number, which is digits only")
	case cfg.BusinessID != "" && !idShape.MatchString(cfg.BusinessID):
		return nil, errors.New("the id of a WhatsApp Business account is digits only")
	case cfg.AppSecret == "", cfg.VerifyToken == "":
		return nil, errors.New("whatsapp needs the app's secret and a verify token: without them anybody could speak for shoppers")
	}
	if cfg.Server == "" {
		cfg.Server = officialServer
	}
	cfg.Server = strings.TrimSuffix(cfg.Server, "/")
	return &Adapter{cfg: cfg, account: "whatsapp/" + cfg.PhoneID, calls: bots.NewHTTPClient(sendTimeout), files: bots.NewHTTPClient(fileTimeout)}, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.WhatsApp }

// Account implements bots.Adapter: whatsapp/<id of the number>.
func (a *Adapter) Account() string { return a.account }

// Run implements bots.Listener: Meta posts to Webhook, there is nothing to ask.
func (a *Adapter) Run(ctx context.Context, _ bots.Sink) error {
	<-ctx.Done()
	return nil
}
