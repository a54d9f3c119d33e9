package main

import (
	"context"
	"runtime"
	"time"

	"besedka/bots"
	"besedka/bots/gateway"
	"besedka/bots/staffgroup"
	"besedka/bots/webchat"
	"besedka/core/calendar"
	"besedka/core/campaign"
	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/coupon"
	"besedka/core/family"
	"besedka/core/funnel"
	"besedka/core/ledger"
	"besedka/core/letter"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/partner"
	"besedka/core/prize"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/report"
	"besedka/core/seal"
	"besedka/core/slo"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/core/support"
	"besedka/core/survey"
	"besedka/core/tier"
	"besedka/core/verify"
	visitors "besedka/core/visitor"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/console"
)

// settings are what an app is told from outside.
type settings struct {
	provider *verify.Client // the tax service; without it and second every receipt waits for a person
	name     string         // of the provider: fns, demo
	demo     bool
	sample   int      // of a hundred credited receipts, how many people look at
	instant  bool     // work takes no time by the clock: nobody is told to wait for it
	baseURL  string   // of our own pages, without a slash at the end
	services services // of others
	webhooks webhooks

	codes bool // typed numbers are proved by a code, which the carrier of SMS takes
	// sendCode queues the SMS with a one-time code; nil: nobody sends any, see actions.Codes
	sendCode func(ctx context.Context, tx storage.Tx, now time.Time, m actions.CodeMessage) error

	eyes eyes

	messengers []messenger // beside the web chat
	widget     widget
	group      staffGroup
	carriers   carriers // of letters

	second             *verify.Proverkacheka // asked in the provider's place; may be nil
	quota, secondQuota int                   // requests of a day; 0: as many as the service allows
}

// pictureSource opens a picture that a message shows.
type pictureSource func(ctx context.Context, m chat.Media) ([]byte, error)

// app is everything wired together. serve runs its loops in goroutines,
// rehearsal steps through them.
type app struct {
	*installation
	*publisher
	settings

	texts     *locales.Catalog
	members   *member.Service
	staff     *staff.Service
	access    *access.Service
	media     *media.Service
	drawn     gallery
	products  *product.Service
	partners  *partner.Service
	receipts  *receipt.Service
	coupons   coupon.Service
	slo       *slo.Service
	reports   *report.Service
	surveys   *survey.Service
	prizes    *prize.Service
	families  *family.Service
	tiers     *tier.Service
	visitors  *visitors.Service
	imports   *intake.Service
	group     *staffgroup.Group // nil: there is none
	door      *conversation.Service
	letters   *letter.Service
	web       *webchat.Adapter
	listeners []bots.Listener
	links     map[chat.Channel]func(payload string) string // that open a bot
	rates     map[chat.Channel]chat.Rates                  // how fast one may be written to; none: as fast as it goes
	watchers  *watchers
	bell      *console.Bell // of the staff's open pages
	looks     chan struct{} // taken while a photo is looked at
	pdfs      chan struct{} // taken while a PDF is
	turn      *runner.Runner
	here      *support.Presence
	loops     []loop
	senders   map[chat.Channel]waker // of the messengers' loops
}

// newApp wires an app over an opened installation and a programme in force.
// Tills keep the programme's zone, read once: a programme that moves to another
// one starts again.
func newApp(in *installation, p *publisher, s settings) (*app, error) {
	a := &app{installation: in, publisher: p, settings: s, watchers: newWatchers(), bell: &console.Bell{}, senders: map[chat.Channel]waker{}, looks: make(chan struct{}, runtime.GOMAXPROCS(0)), pdfs: make(chan struct{}, 1)}
	var err error
	if a.texts, err = locales.Load(); err != nil {
		return nil, err
	}
	turns := newWaker(1) // a group takes all that waits; many claims at once find little each
	a.tiers = a.newTiers()
	a.surveys = &survey.Service{Keys: in.keys, Zone: func() *time.Location { return p.programme().Location }, Tiers: a.tiers}
	a.members = member.New(in.db, in.keys, a.joined)
	a.staff, a.media = staff.New(in.db), media.New(in.db, in.keys)
	if a.access, err = access.New(in.db, in.keys, s.baseURL); err != nil {
		return nil, err
	}
	a.door = conversation.New(in.db, in.keys, a.members, conversation.Waker{Turns: turns.nudge, Sends: a.wakeSender, Heard: a.talked}, p.log)
	a.here = support.NewPresence(in.db, p.now)
	a.letters = a.newLetters()
	if s.codes {
		a.sendCode = a.queueCode
	}
	a.products, a.coupons = a.campaigns.Products, couponService(a.campaigns)
	a.products.Settled = receipt.WakeSettledTx
	a.partners = &partner.Service{Log: p.log}
	a.receipts = receipt.New(receipt.Config{
		DB: in.db, Campaigns: a.campaigns, Products: a.products, Coupons: a.coupons, Partners: a.partners, Tiers: a.tiers, Zone: p.programme().Location, Sample: s.sample, Debt: a.debt, Notify: a.notify, Busy: a.busy, Log: p.log,
		Provider: s.provider, Name: s.name, Quota: s.quota, Second: s.second, SecondQuota: s.secondQuota,
	})
	a.prizes = a.newPrizes()
	a.campaigns.Prizes = a.prizes
	a.families = &family.Service{Keys: in.keys, Terms: a.familyTerms, Look: a.tiers.LookTx}
	a.reports = &report.Service{DB: in.db, Programme: func() report.Programme { return reported(p.programme()) }}
	a.slo = &slo.Service{DB: in.db, Zone: p.programme().Location, Log: p.log}
	a.imports = newImports(in.db, in.keys, a.members, p.programme)
	a.visitors = s.widget.visitors(in.db, in.keys, p.now)
	a.web = webchat.New(gateway.Sink(a.door, chat.Webchat, p.now), a.uploaded, p.now)
	if err := a.openMessengers(); err != nil {
		return nil, err
	}
	if err := a.openGroup(); err != nil {
		return nil, err
	}
	a.loops = a.wireLoops(turns)
	return a, nil
}

// joined moves what other packages keep of a member who turned out to be
// another one.
func (a *app) joined(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	if err := receipt.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	if err := campaign.MergeTx(ctx, tx, from, into); err != nil {
		return err
	}
	if err := a.coupons.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	if err := funnel.MergeTx(ctx, tx, from, into); err != nil {
		return err
	}
	if err := a.surveys.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	if err := prize.MergeTx(ctx, tx, from, into); err != nil {
		return err
	}
	if err := card.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	if err := consent.MergeTx(ctx, tx, from, into); err != nil {
		return err
	}
	if err := a.tiers.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	if err := family.MergeTx(ctx, tx, now, from, into); err != nil {
		return err
	}
	return ledger.MergeTx(ctx, tx, now, from, into)
}

// promise is how soon people answer, as published now.
func (a *app) promise() calendar.Promise { return a.programme().Support.Promise }

// notify carries receipts' news to the chats they concern.
func (a *app) notify(ctx context.Context, tx storage.Tx, now time.Time, notices ...receipt.Notice) error {
	news := make([]conversation.News, len(notices))
	for i, n := range notices {
		to := conversation.Recipient{Member: n.Member, Subject: n.Subject}
		news[i] = conversation.News{To: to, Key: n.Key, Event: conversation.Event{Name: n.Name, Args: n.Args}}
	}
	return a.door.NotifyAllTx(ctx, tx, now, news)
}

// The loops that run turns.
const (
	turnLoop  = "turns"
	aloneLoop = "turns alone"
)

// wireLoops lists everything that works by itself, in the order of a
// receipt's way through the house.
func (a *app) wireLoops(turns waker) []loop {
	senders := []bots.Adapter{a.web}
	for _, l := range a.listeners {
		senders = append(senders, l)
	}
	alone := newWaker(aloneWorkers)
	a.turn = runner.New(runner.Config{
		DB: a.db, Keys: a.keys, Door: a.door, Releases: a.scripts, Members: a.members, Actions: a.actions(), Pages: a.pageURLs(),
		Demo: a.demo, Texts: a.texts, Sent: a.wakeSender, Alone: alone.nudge, More: turns.nudge, Log: a.log,
	})
	loops := append(a.wirePhotos(senders),
		loop{turnLoop, a.turn.Step, turnWorkers, turns},
		loop{aloneLoop, a.turn.AloneStep, aloneWorkers, alone},
		loop{"verification", a.receipts.VerifyStep, verifyWorkers, nil},
		loop{"crediting", a.receipts.CreditStep, 1, nil},
		loop{"deadlines", a.receipts.DeadlineStep, 1, nil},
		loop{"audits", a.receipts.AuditStep, 1, nil},
		loop{"promises", a.slo.Step, 1, nil},
		loop{"samples", a.receipts.SampleStep, 1, nil},
		loop{"services", a.asksServices(turns).Step, serviceWorkers, nil},
		loop{"held texts", a.door.TextStep, 1, nil},
		loop{"timers", a.door.TimerStep, 1, nil},
		loop{"held conversations", support.Sweep{DB: a.db, Door: a.door, Promise: a.promise}.Step, 1, nil},
		loop{"glimpses", a.media.GlimpseStep, 1, nil},
		loop{"quarantine", a.door.QuarantineStep, 1, nil},
		loop{"forgetting", a.place.forgetting(a.members, a.door).Step, 1, nil},
		loop{"namesakes", member.Namesakes{Members: a.members, Fields: a.namesakeFields}.Step, 1, nil},
		loop{"lists of people", a.imports.Step, 1, nil},
		loop{"kept answers", a.staff.ForgetStep, 1, nil},
		loop{"sign-ins", a.access.ForgetStep, 1, nil},
		loop{"visitors", a.visitors.ForgetStep, 1, nil},
		loop{"reservations", a.prizes.OrderStep, 1, nil},
		loop{"tiers", a.tiers.Step, 1, nil},
		loop{"news of tiers", a.tiers.TellStep, 1, nil},
		loop{"expiry", ledger.Expiry{DB: a.db}.Step, 1, nil},
		loop{"reminders", ledger.Reminders{DB: a.db, Loud: a.loud, Tell: a.tellExpiring}.Step, 1, nil},
		loop{"books", ledger.Nightly{DB: a.db, Zone: a.programme().Location, Log: a.log, Others: []ledger.Checker{a.checkCoupons}}.Step, 1, nil},
		loop{"holds", ledger.Holds{DB: a.db}.Step, 1, nil},
	)
	loops = append(loops, a.wireLetters()...)
	loops = append(loops, a.groupLoops()...)
	loops = append(loops, a.wireWebhooks()...)
	return append(loops, a.wireDelivery(senders)...)
}

// wirePhotos and wireDelivery give each messenger a loop of its own: one that
// hangs must not hold up the others' photos, nor what is said in them.
func (a *app) wirePhotos(adapters []bots.Adapter) (loops []loop) {
	hands := gateway.Hands{Keep: a.keepPhoto, KeepFile: a.keepFile, Notice: a.lookingAtPhoto}
	for _, m := range adapters {
		loops = append(loops, loop{"photos", gateway.NewFetch(a.door, m, hands, a.log).Step, gateway.FetchWorkers, nil})
	}
	return append(loops, loop{"photos", gateway.NewFetchOthers(a.door, adapters, hands, a.log).Step, 1, nil})
}

func (a *app) wireDelivery(senders []bots.Adapter) (loops []loop) {
	for _, s := range senders {
		wake, rates := newWaker(deliveryWorkers), a.rates[s.Channel()]
		if a.instant { // or a person who rehearses waits for the clock to go on
			rates = chat.Rates{}
		}
		a.senders[s.Channel()] = wake
		loops = append(loops, loop{"delivery", gateway.NewDeliver(a.door, s, rates, a.delivered(s), a.now, a.log).Step, deliveryWorkers, wake})
	}
	return loops
}

// wakeSender tells a messenger's loop that there is something to send.
func (a *app) wakeSender(of chat.Channel) { a.senders[of].nudge() }

func (a *app) actions() actions.Set {
	set := actions.Set{}
	actions.Receipts{Receipts: a.receipts, Texts: a.texts, Money: func() []flows.Currency { return a.programme().Money }}.Add(set)
	actions.Points{Texts: a.texts, Programme: a.programme}.Add(set)
	actions.Coupons{Texts: a.texts}.Add(set)
	actions.Profile{Members: a.members, Surveys: a.surveys, Erasures: seal.ErasuresBeside(a.place.masterKey())}.Add(set)
	actions.Codes{Members: a.members, Texts: a.texts, Programme: a.programme, Log: a.log, Send: a.sendCode}.Add(set)
	actions.Surveys{Surveys: a.surveys}.Add(set)
	actions.Prizes{Prizes: a.prizes}.Add(set)
	actions.Cards{Members: a.members, Media: a.media, Types: a.cardTypes}.Add(set)
	actions.Families{Families: a.families, Door: a.door, URL: a.familyURL}.Add(set)
	actions.Tiers{Tiers: a.tiers}.Add(set)
	actions.Support{}.Add(set)
	actions.Links{Members: a.members, Door: a.door, URL: a.linkURL}.Add(set)
	return set
}

// namesakeFields are those by which people are called, and their days.
func (a *app) namesakeFields() (names, days []string) {
	profile := a.programme().Profile
	for _, f := range profile.Fields {
		if f.Type == flows.DateType {
			days = append(days, f.Name)
		}
	}
	return profile.Names(), days
}

// pageURLs are the pages that scripts may link to.
func (a *app) pageURLs() map[string]string {
	return map[string]string{
		"home": a.baseURL + "/", "rules": a.baseURL + "/rules",
		"consent": a.baseURL + "/rules#personal_data", "advertising": a.baseURL + "/rules#advertising",
	}
}

// linkURL is the link by which the person opens their other chat: the bot when
// it is issued on the web, the web chat when it is issued in a bot.
func (a *app) linkURL(issuedIn chat.Channel, code string) string {
	payload := "link_" + code
	if issuedIn == chat.Webchat {
		if url := a.botLink(chat.Telegram, payload); url != "" {
			return url
		}
	}
	return a.chatLink(payload)
}

// chatLink opens the web chat with a payload.
func (a *app) chatLink(payload string) string { return chatLink(a.baseURL, payload) }

func chatLink(site, payload string) string { return site + "/chat?start=" + payload }

// delivered is called after messages of a messenger went out: the web chat's
// wake the open pages.
func (a *app) delivered(m bots.Adapter) func() {
	if m.Channel() == chat.Webchat {
		return a.watchers.nudge
	}
	return func() {}
}
