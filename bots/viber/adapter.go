package viber

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/bots"
	"besedka/core/chat"
)

// Config is what an Adapter needs. All but Server is required.
type Config struct {
	Token      string // of the bot; it also signs what Viber posts
	URI        string // name of the bot in links: viber://pa?chatURI=…
	Name       string // who speaks, at most 28 characters
	Server     string // base URL of the API, "" = Viber's own
	WebhookURL string // where Viber posts, https

	Picture func(ctx context.Context, m chat.Media) (string, error) // the address that Viber fetches a picture at
	Welcome func(lang string) Welcome                               // what somebody sees who opened the chat, in their language
	Log     *slog.Logger
}

// Welcome is what stands in a chat before its first message, and the key that begins
// the talk.
type Welcome struct{ Text, Button string }

const (
	officialServer = "https://chatapi.viber.com"
	maxName        = 28
)

// Adapter is one bot. See bots.Hooked.
type Adapter struct {
	cfg   Config
	calls *http.Client
	files *http.Client
}

// Patience with Viber.
const (
	callTimeout = 30 * time.Second
	fileTimeout = time.Minute
)

// New is the adapter of one bot. It does not touch the network.
func New(cfg Config) (*Adapter, error) {
	switch {
	case cfg.Token == "" || strings.ContainsAny(cfg.Token, " \t\r\n"):
		return nil, errors.New("viber token is empty or has white space in it")
	case cfg.URI == "":
		return nil, errors.New("viber needs the name of the bot in links, its uri")
	case cfg.Name == "" || utf8.RuneCountInString(cfg.Name) > maxName:
		return nil, errors.New("viber needs the name of who speaks, at most 28 characters")
	case cfg.WebhookURL == "":
		return nil, errors.New("viber needs the address of our webhook: it has no other way to tell what people write")
	case cfg.Server == "":
		cfg.Server = officialServer
	}
	cfg.Server = strings.TrimSuffix(cfg.Server, "/")
	return &Adapter{cfg: cfg, calls: bots.NewHTTPClient(callTimeout), files: bots.NewHTTPClient(fileTimeout)}, nil
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.Viber }

// Account implements bots.Adapter: viber/<uri>. People have another id in each bot.
func (a *Adapter) Account() string { return "viber/" + a.cfg.URI }

// Fetch implements bots.Adapter; remote is the address of a file that Viber gave with
// the message, good for an hour.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	return bots.Download(ctx, a.files, remote, limit)
}

// eventTypes are what we want to be told besides messages. What became of a message is
// told without the id that it was sent under, so we do not ask.
var eventTypes = []string{"subscribed", "unsubscribed", "conversation_started"}

// Run implements bots.Listener: it has Viber post events to our webhook, which Viber
// tries at once, so it may take a few attempts while we start. See Webhook.
func (a *Adapter) Run(ctx context.Context, _ bots.Sink) error {
	complain := func(err error) {
		a.cfg.Log.WarnContext(ctx, "viber webhook not set", "account", a.Account(), "err", err)
	}
	return bots.Retry(ctx, complain, func(ctx context.Context) error {
		ask := map[string]any{"url": a.cfg.WebhookURL, "event_types": eventTypes, "send_name": true, "send_photo": false}
		if err := a.call(ctx, "set_webhook", "", ask, &struct{}{}); err != nil {
			return err
		}
		<-ctx.Done() // Viber keeps the address
		return nil
	})
}
