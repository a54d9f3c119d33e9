package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"besedka/core/chat"
	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
	"besedka/flows"
	"besedka/web/rehearsal"
)

// stage is what stands around a rehearsed system in place of the world.
type stage struct {
	clock    *rehearsal.Clock
	site     string // address of our own pages
	services services
	webhooks webhooks
	widget   widget
	eyes     eyes
	tax      *emulated
	fakes    []fakeMessenger
	posts    posts
	approve  func(*flows.Programme) // has the rehearsed WhatsApp approve its templates
	codes    bool                   // typed numbers are proved by SMS
}

// fakeMessenger is one that runs on loopback, with the people in it.
type fakeMessenger struct {
	messenger
	name   chat.Channel
	people rehearsal.Channel
	close  func()
}

// fakeServer is a messenger of bots/fake.
type fakeServer interface {
	http.Handler
	Close()
}

// stand runs a fake messenger on loopback; bot is the one in it, told the address.
func stand(of chat.Channel, server fakeServer, people rehearsal.Channel, bot func(url string) messenger) (fakeMessenger, error) {
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	return fakeMessenger{
		messenger: bot(url), name: of, people: people,
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}

// startFakes starts every messenger there is a fake of.
func (s *stage) startFakes() error {
	for _, start := range append([]func() (fakeMessenger, error){s.startTelegram, s.startWhatsApp, s.startMax, s.startVK, s.startViber}, s.whatsmeowFakes()...) {
		f, err := start()
		if err != nil {
			return err
		}
		s.fakes = append(s.fakes, f)
	}
	return nil
}

// build wires the app as serve does. Whatever the tax service has not been
// told of is not a receipt: it invents nothing here.
func (s *stage) build(in *installation, p *publisher) (a *app, err error) {
	s.tax, err = startEmulator(emulator.Config{
		Now: s.clock.Now, Hang: s.hang, Zone: p.programme().Location, Strict: true, ChecksADay: paidChecks,
	})
	if err != nil {
		return nil, err
	}
	if err := s.startFakes(); err != nil {
		return nil, err
	}
	s.approve(p.programme())
	if s.posts, err = startPosts(s.clock.Now); err != nil {
		return nil, err
	}
	var messengers []messenger
	for _, f := range s.fakes {
		messengers = append(messengers, f.messenger)
	}
	return newApp(in, p, settings{
		provider: s.tax.client(), name: "emulator", second: s.tax.second(), instant: true, sample: receipt.SampleShare, baseURL: s.site, messengers: messengers, carriers: s.posts.carriers, codes: s.codes, services: s.services, webhooks: s.webhooks, widget: s.widget, eyes: s.eyes,
	})
}

// paidChecks is what a day brings at the rehearsed proverkacheka.com: an account that
// is paid for.
const paidChecks = 100_000

// hang lets a call last as long as the caller would wait for it.
func (s *stage) hang(_ context.Context, d time.Duration) { s.clock.Hang(min(d, verify.RequestTimeout)) }

// handler drives a from outside.
func (s *stage) handler(a *app, c *rehearseCmd) (http.Handler, error) {
	site, err := a.pages(nil, nil)
	if err != nil {
		return nil, err
	}
	cfg := rehearsal.Config{
		Token: string(c.Token), Clock: s.clock, Fiscal: s.tax.url, Site: site, DB: a.db, People: a.members, Staff: a.staff, Coupons: a.coupons, Log: a.log,
		Currencies: func() []string { return a.programme().Currencies },
		Channels:   map[string]rehearsal.Channel{string(chat.Webchat): rehearsal.NewWebchat(s.site)},
	}
	for _, f := range s.fakes {
		cfg.Channels[string(f.name)] = f.people
	}
	cfg.Channels["sms"], cfg.Channels["mail"] = rehearsal.NewPhones(s.posts.phones), rehearsal.NewBoxes(s.posts.boxes)
	cfg.Held = a.door.TextStep
	for _, l := range a.loops {
		cfg.Steps = append(cfg.Steps, rehearsal.Step(l.step))
	}
	if c.Programme != "" {
		e, seen := &editor{publisher: a.publisher, dir: c.Programme}, ""
		cfg.Publish = func(ctx context.Context) {
			id, _, err := a.releases.Known(ctx, os.DirFS(c.Programme))
			if err == nil && id == seen && !e.pending() { // what the staff have published since stays
				return
			}
			seen = id
			e.republish(ctx)
			s.approve(a.programme())
		}
	}
	return rehearsal.New(cfg), nil
}

// close takes the stage down as far as it was built.
func (s *stage) close() {
	s.eyes.Close(context.Background()) //nolint:errcheck // nothing is left to lose
	if s.tax != nil {
		s.tax.close() //nolint:errcheck // nothing is left to lose
	}
	s.posts.close()
	for _, f := range s.fakes {
		f.close()
	}
}
