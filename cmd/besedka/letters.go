package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/bots"
	"besedka/bots/gateway"
	"besedka/bots/mail"
	"besedka/bots/sms"
	"besedka/core/consent"
	"besedka/core/letter"
)

// smsAccount is the account of an installation at SMSC.ru; without a key no SMS leaves.
type smsAccount struct {
	URL   string `name:"url" help:"Address of the provider's API; by default SMSC.ru's own." env:"BESEDKA_SMS_URL"`
	Login string `help:"Login of the account; leave out when the key is an API key." env:"BESEDKA_SMS_LOGIN"`
	Key   secret `help:"Password of the account, or an API key." env:"BESEDKA_SMS_KEY"`
	From  string `help:"Name of the sender, as agreed with the provider." env:"BESEDKA_SMS_FROM"`
}

// mailAccount is the account of an installation at a mail server; without one no e-mail
// leaves.
type mailAccount struct {
	URL  secret `name:"url" help:"Mail server, with its account: smtp://user:password@host:587 or smtps://user:password@host:465." env:"BESEDKA_SMTP_URL"`
	From string `help:"Whom e-mail is from: Полянка <hello@polyanka.example>." env:"BESEDKA_SMTP_FROM"`
}

// carriers are those who take letters, by medium.
type carriers map[consent.Medium]bots.Carrier

// carriers opens the accounts there are settings for. It touches no network.
func (c *serveCmd) carriers(now func() time.Time) (carriers, error) {
	all := carriers{}
	if c.smsAccount.Key != "" {
		by, err := sms.New(sms.Config{Server: c.smsAccount.URL, Login: c.Login, Key: string(c.smsAccount.Key), From: c.smsAccount.From})
		if err != nil {
			return nil, err
		}
		all[consent.SMS] = by
	}
	if c.mailAccount.URL != "" {
		by, err := mail.New(mail.Config{Server: string(c.mailAccount.URL), From: c.mailAccount.From, Now: now})
		if err != nil {
			return nil, err
		}
		all[consent.Email] = by
	}
	return all, nil
}

// letters chooses who carries them: fakes in a demonstration, else the accounts there are.
func (c *serveCmd) letters(p *publisher, s *settings) (closed func(), err error) {
	if !c.Demo {
		s.carriers, err = c.carriers(p.now)
		s.codes = s.carriers[consent.SMS] != nil // a demonstration's visitors type numbers that are not theirs
		return func() {}, err
	}
	fakes, err := startPosts(p.now)
	s.carriers = fakes.carriers
	return fakes.close, err
}

// accounts says whether letters would reach real people.
func (c *serveCmd) accounts() bool { return c.smsAccount.Key != "" || c.mailAccount.URL != "" }

func (a *app) newLetters() *letter.Service {
	return &letter.Service{DB: a.db, Keys: a.keys, Loud: a.loud}
}

// wireLetters gives each medium a loop of its own.
func (a *app) wireLetters() (loops []loop) {
	for _, m := range []consent.Medium{consent.SMS, consent.Email} {
		if by := a.settings.carriers[m]; by != nil {
			loops = append(loops, loop{"letters", gateway.NewLetters(a.letters, m, by, a.endLink, a.now, a.log).Step, 1, nil})
		}
	}
	return loops
}

// endLink ends letters like the one with the token.
func (a *app) endLink(token string) string { return a.baseURL + "/letters/" + token }

// endLetters is what the page behind it does.
func (a *app) endLetters(ctx context.Context, token string) error {
	return a.letters.Unsubscribe(ctx, a.now(), token)
}

// waitingLetters warns of letters that nobody carries, and of those of unknown outcome.
func (a *app) waitingLetters(ctx context.Context) (string, error) {
	rows, err := letter.Backlog(ctx, a.db)
	var told []string
	for _, r := range rows {
		switch {
		case r.State == letter.Unknown:
			told = append(told, counted(r.N, "letters by "+string(r.Medium)+" may or may not have left, and are not sent again"))
		case a.settings.carriers[r.Medium] == nil:
			told = append(told, counted(r.N, fmt.Sprintf("letters wait and nobody carries them: give --%s", map[consent.Medium]string{consent.SMS: "sms-key", consent.Email: "smtp-url"}[r.Medium])))
		}
	}
	return strings.Join(told, "; "), err
}

// errRealLetters keeps a demonstration from writing to people.
var errRealLetters = errors.New("a demonstration writes to nobody: leave out --demo, or the accounts of SMS and e-mail")
