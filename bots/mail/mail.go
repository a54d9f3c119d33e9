package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"besedka/bots"
)

// Config is an account at a server.
type Config struct {
	Server string // smtp://user:password@host:587, encrypted by STARTTLS, or smtps://host:465
	From   string // Полянка <hello@polyanka.example>
	Now    func() time.Time
}

// Carrier is an account. See bots.Carrier.
type Carrier struct {
	host   string
	from   *netmail.Address
	domain string
	now    func() time.Time
	opts   []gomail.Option
}

const timeout = 12 * time.Second // less than whoever waits for it has

// Ports of submission, RFC 6409 and RFC 8314.
const (
	startTLSPort = 587
	tlsPort      = 465
)

// New is the carrier of one account. It does not touch the network, and tells no password
// in its errors.
func New(cfg Config) (*Carrier, error) {
	from, err := netmail.ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("%q is no address to send e-mail from: write Полянка <hello@polyanka.example>", cfg.From)
	}
	u, err := url.Parse(cfg.Server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the address of the mail server is not of the form smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	c := &Carrier{host: u.Hostname(), from: from, domain: domainOf(from.Address), now: cfg.Now}
	c.opts = append(options(u), gomail.WithTimeout(timeout), gomail.WithHELO(c.domain))
	return c, nil
}

func options(u *url.URL) []gomail.Option {
	port, _ := strconv.Atoi(u.Port())
	var opts []gomail.Option
	switch {
	case u.Scheme == "smtps":
		opts = append(opts, gomail.WithSSL())
		port = orElse(port, tlsPort)
	case local(u.Hostname()):
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	opts = append(opts, gomail.WithPort(orElse(port, startTLSPort)))
	if password, given := u.User.Password(); given {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return opts
}

func orElse(port, usual int) int {
	if port == 0 {
		return usual
	}
	return port
}

// local says whether a server is on this machine.
func local(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Send implements bots.Carrier.
func (c *Carrier) Send(ctx context.Context, l bots.Letter) (external string, err error) {
	m, id, err := c.message(l)
	if err != nil {
		return "", err
	}
	account, err := gomail.NewClient(c.host, c.opts...)
	if err != nil {
		return "", fmt.Errorf("%w: the settings of the mail server do not do", bots.ErrUnauthorized)
	}
	server, err := account.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", noService(err)
	}
	defer account.CloseWithSMTPClient(server) //nolint:errcheck // what matters is done
	err = account.SendWithSMTPClient(server, m)
	if err == nil || m.IsDelivered() {
		return id, nil
	}
	return "", judge(err)
}

// noService says why a server does not serve us: nothing was sent.
func noService(err error) error {
	told, ok := errors.AsType[*textproto.Error](err)
	switch {
	case ok && told.Code >= 500:
		return fmt.Errorf("%w: the mail server's answer %d", bots.ErrUnauthorized, told.Code)
	case ok:
		return fmt.Errorf("%w: the mail server's answer %d", bots.ErrUnavailable, told.Code)
	}
	return fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
}

// judge reads the outcome of a dialogue. The server's own words are left out: they repeat
// addresses.
func judge(err error) error {
	told, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return fmt.Errorf("%w: of sending e-mail", bots.ErrUnknownOutcome)
	}
	code := told.ErrorCode()
	answer := fmt.Sprintf("%s: the mail server's answer %d", told.Reason, code)
	switch {
	case told.Reason == gomail.ErrSMTPDataClose && code == 0: // the letter is there, its answer is lost
		return fmt.Errorf("%w: %s", bots.ErrUnknownOutcome, answer)
	case told.Reason == gomail.ErrSMTPMailFrom && code >= 500: // it is not the letter that is refused
		return fmt.Errorf("%w: %s", bots.ErrUnauthorized, answer)
	case code >= 500, told.Reason == gomail.ErrGetSender, told.Reason == gomail.ErrGetRcpts:
		return fmt.Errorf("%w: %s", bots.ErrRejected, answer)
	}
	return fmt.Errorf("%w: %s", bots.ErrUnavailable, answer)
}

// messageID of a letter, RFC 5322 3.6.4.
func (c *Carrier) messageID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + c.domain
}
