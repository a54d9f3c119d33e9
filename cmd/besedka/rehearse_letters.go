package main

import (
	"time"

	"besedka/bots/fake/mail"
	"besedka/bots/fake/sms"
	mailbot "besedka/bots/mail"
	smsbot "besedka/bots/sms"
	"besedka/core/consent"
)

// posts are the providers of SMS and e-mail on loopback, and our accounts there.
type posts struct {
	carriers carriers
	phones   *sms.Server
	boxes    *mail.Server
	closers  []func() error
}

// startPosts starts both.
func startPosts(now func() time.Time) (p posts, err error) {
	const key = "rehearsal"
	p.phones = sms.New("", key, now)
	wire, url, err := onLoopback(p.phones)
	if err != nil {
		return p, err
	}
	p.closers = append(p.closers, wire.Close)
	if p.boxes, err = mail.Start(now); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.boxes.Close)
	by, err := smsbot.New(smsbot.Config{Server: url, Key: key})
	if err != nil {
		return p, err
	}
	letters, err := mailbot.New(mailbot.Config{Server: p.boxes.URL(), From: "rehearsal@besedka.example", Now: now})
	if err != nil {
		return p, err
	}
	p.carriers = carriers{consent.SMS: by, consent.Email: letters}
	return p, nil
}

func (p posts) close() {
	for _, end := range p.closers {
		end() //nolint:errcheck // nothing is left to lose
	}
}
