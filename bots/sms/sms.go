package sms

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"besedka/bots"
)

// Official is the address of the provider's API.
const Official = "https://smsc.ru/sys/"

// Config is an account at the provider.
type Config struct {
	Server string // base URL of the API, "" = the provider's own
	Login  string // "" when Key is an API key
	Key    string // the account's password, or an API key
	From   string // name of the sender, as the provider has agreed to it; "" = the account's default
}

// Carrier is an account. See bots.Tracker.
type Carrier struct {
	cfg    Config
	client *http.Client
}

const timeout = 12 * time.Second // of a call: less than whoever waits for it has

// New is the carrier of one account. It does not touch the network.
func New(cfg Config) (*Carrier, error) {
	cfg.Server = strings.TrimSuffix(cmp.Or(cfg.Server, Official), "/")
	u, err := url.Parse(cfg.Server)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "":
		return nil, errors.New("the address of the SMS provider is not of the form https://smsc.ru/sys/")
	case cfg.Key == "":
		return nil, errors.New("an account of the SMS provider needs a password or a key")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	return &Carrier{cfg: cfg, client: &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would carry the key elsewhere
	}}, nil
}

// answer is what the API says with fmt=3. Its own words are left out: they may repeat ours.
type answer struct {
	ID     json.Number `json:"id"`
	Error  int         `json:"error_code"`
	Status *int        `json:"status"`
}

// Send implements bots.Carrier.
func (c *Carrier) Send(ctx context.Context, l bots.Letter) (external string, err error) {
	form := url.Values{"phones": {l.To}, "mes": {l.Text}, "id": {ID(l.Key)}, "charset": {"utf-8"}}
	if c.cfg.From != "" {
		form.Set("sender", c.cfg.From)
	}
	a, err := c.call(ctx, "send.php", form)
	if err != nil {
		return "", err
	}
	if a.Error != 0 {
		return "", refusal(a.Error)
	}
	if a.ID == "" {
		return "", fmt.Errorf("%w: an answer without an id", bots.ErrUnknownOutcome)
	}
	return a.ID.String(), nil
}

// Track implements bots.Tracker.
func (c *Carrier) Track(ctx context.Context, l bots.Letter) (bots.Fate, error) {
	a, err := c.call(ctx, "status.php", url.Values{"phone": {l.To}, "id": {ID(l.Key)}, "charset": {"utf-8"}})
	switch {
	case err != nil:
		return "", err
	case a.Error == notFound:
		return bots.Unheard, nil
	case a.Error != 0:
		return "", refusal(a.Error)
	case a.Status == nil:
		return "", fmt.Errorf("%w: an answer without a status", bots.ErrUnknownOutcome)
	}
	return fateOf(*a.Status), nil
}

// ID is the provider's number of a letter, from 1 to 2147483647. It comes of the key, and
// so is the same after a restored backup.
func ID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(sum[:])%2147483647)+1, 10)
}

// call posts a form: what is in an address stands in logs.
func (c *Carrier) call(ctx context.Context, method string, form url.Values) (a answer, err error) {
	form.Set("fmt", "3")
	if c.cfg.Login == "" {
		form.Set("apikey", c.cfg.Key)
	} else {
		form.Set("login", c.cfg.Login)
		form.Set("psw", c.cfg.Key)
	}
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, c.cfg.Server+"/"+method, strings.NewReader(form.Encode()))
	if err != nil {
		return a, fmt.Errorf("%w: the request cannot be made", bots.ErrRejected)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.client.Do(req)
	if err != nil {
		return a, lost(err, wrote.Load())
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	return read(resp)
}

func lost(err error, wrote bool) error {
	err = bots.WithoutURL(err)
	if !wrote {
		return fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", bots.ErrUnknownOutcome, err)
}

const maxAnswer = 64 << 10

// read takes an answer of the API; a page of a balancer may hide one that was good.
func read(resp *http.Response) (a answer, err error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return a, fmt.Errorf("%w: the answer breaks off", bots.ErrUnknownOutcome)
	}
	if resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%w: status %d", bots.ErrUnknownOutcome, resp.StatusCode)
	}
	if json.Unmarshal(body, &a) != nil {
		kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		return a, fmt.Errorf("%w: %q in place of JSON", bots.ErrUnknownOutcome, kind)
	}
	return a, nil
}
