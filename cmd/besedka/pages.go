package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/bots"
	"besedka/bots/gateway"
	"besedka/core/chat"
	"besedka/core/support"
	"besedka/dialogs/canned"
	"besedka/web"
	"besedka/web/api"
	"besedka/web/console"
	"besedka/web/console/inbox"
	"besedka/web/console/members"
	"besedka/web/console/review"
	"besedka/web/console/scripts"
	"besedka/web/console/team"
	"besedka/web/console/today"
	webhookpages "besedka/web/console/webhooks"
)

// pages is the whole site of an app.
func (a *app) pages(tax *emulated, e *editor) (http.Handler, error) {
	registry := prometheus.NewRegistry()
	if err := registry.Register(backlog{a}); err != nil {
		return nil, err
	}
	deps := web.Deps{
		Programme: a.programme, Words: a.texts, Chat: a.chat(), Enter: a.enter, Admitted: a.visitors.Admitted, Telegram: a.address(chat.Telegram),
		API: a.api(), Hooks: a.hooks(), Unsubscribe: a.endLetters, HTTPS: strings.HasPrefix(a.baseURL, "https://"), Checks: a.checks(), Registry: registry, Log: a.log,
	}
	if a.links[chat.Viber] != nil {
		deps.Picture = a.linkedPicture
	}
	if a.widget.Secret != "" {
		deps.Visitors = a.visitors
	}
	var err error
	if deps.Console, err = a.console(); err != nil {
		return nil, err
	}
	if tax != nil {
		pictures := tray{emulated: tax, zone: a.programme().Location, now: a.now}
		deps.Demo = &web.Demo{
			Story: a.storyWith(tax), Fault: tax.fault, Books: a.books, Receipt: pictures.draw, Problems: e.Problems, Script: e.script(),
		}
	}
	return web.New(deps)
}

// console is for the staff.
func (a *app) console() (http.Handler, error) {
	return console.New(console.Deps{
		Staff: a.staff, Access: a.access, Keys: a.keys, Programme: a.programme, Words: a.texts, Sections: a.sections(), Channels: a.channels, Bell: a.bell, Public: a.baseURL, Demo: a.demo, Group: a.group != nil, Now: a.now, Log: a.log,
	})
}

// talked wakes the staff's pages that show a conversation.
func (a *app) talked(conversation int64) { a.bell.Ring("talk:" + strconv.FormatInt(conversation, 10)) }

// sections are the parts of the console, in the order of its bar.
func (a *app) sections() []console.Section {
	return []console.Section{
		inbox.Section(inbox.Deps{DB: a.db, Door: a.door, Members: a.members, Media: a.media, Canned: a.canned(), Here: a.here, Desk: a.desk(), Targets: a.turn.Targets, Programme: a.programme, Mark: a.voice().Mark, Now: a.now}),
		members.Section(members.Deps{DB: a.db, Members: a.members, Imports: a.imports, Tiers: a.tiers, Programme: a.programme, Erase: a.erase, Lifted: a.lifted}),
		review.Section(review.Deps{DB: a.db, Receipts: a.receipts, Products: a.products, Partners: a.partners, Media: a.media, Programme: a.programme, Now: a.now}),
		today.Section(today.Deps{DB: a.db, Reports: a.reports, Campaigns: a.campaigns, Programme: a.programme, Now: a.now}),
		scripts.Section(scripts.Deps{Studio: a.studio(), Author: a.authors()}),
		team.Section(team.Deps{Staff: a.staff, Access: a.access, Public: strings.TrimRight(a.baseURL, "/")}),
		webhookpages.Section(a.endpoints()),
		console.Audit(a.staff),
	}
}

// canned is what the staff keep ready to say.
func (a *app) canned() *canned.Service {
	return &canned.Service{DB: a.db, Programme: a.programme, Known: a.turn.Known, MayAdvertise: a.door.MayAdvertise}
}

// desk is what the staff do for shoppers they talk with.
func (a *app) desk() *support.Desk {
	return &support.Desk{Door: a.door, Members: a.members, Receipts: a.receipts, TopUps: newTopUps(a.herald()), Texts: a.texts, Mark: a.voice().Mark}
}

// api is for programs: registrars' desks, consoles, testers.
func (a *app) api() http.Handler {
	return api.New(api.Deps{
		DB: a.db, Keys: a.keys, Staff: a.staff, Access: a.access, Public: a.baseURL, Members: a.members, Receipts: a.receipts, Campaigns: a.campaigns, SLO: a.slo, Reports: a.reports, Media: a.media, Door: a.door, Webhooks: a.endpoints(), Surveys: a.surveys, Prizes: a.prizes, Imports: a.imports, Tiers: a.tiers, Families: a.families, Studio: a.studio(),
		Products: a.products, Partners: a.partners, Programme: a.programme, ChatLink: a.chatLink, Mark: a.voice().Mark, Texts: a.texts,
		Now: a.now, Log: a.log, Currencies: func() []string { return a.programme().Currencies },
		TopUps: newTopUps(a.herald()), Canned: a.canned(), Here: a.here, Desk: a.desk(), Targets: a.turn.Targets, Erase: a.erase, Lifted: a.lifted,
	})
}

// hooks are the webhooks of messengers that post to us.
func (a *app) hooks() http.Handler {
	mux := http.NewServeMux()
	for _, l := range a.listeners {
		if h, ok := l.(bots.Hooked); ok {
			mux.Handle(hookPath(l.Channel()), h.Webhook(gateway.Sink(a.door, l.Channel(), a.now)))
		}
	}
	return mux
}

// hookPath is where the messenger of a channel posts to us.
func hookPath(of chat.Channel) string { return "/hooks/" + string(of) }

// checks are what /readyz asks.
func (a *app) checks() []web.Check {
	checks := append(a.troubles(), []web.Check{
		{Name: "database", Run: func(ctx context.Context) (string, error) { return "", a.db.Ping(ctx) }},
		{Name: "tax_service", Run: a.taxService},
		{Name: "second_provider", Run: a.secondProvider},
		{Name: "photos", Run: a.eyes.check},
		{Name: "parked", Run: func(ctx context.Context) (string, error) {
			b, err := a.door.Backlog(ctx)
			return counted(b.Parked, "messages were given up: a person must look"), err
		}},
		{Name: "letters", Run: a.waitingLetters},
		{Name: "webhooks", Run: a.brokenWebhooks},
		{Name: "undecodable", Run: func(ctx context.Context) (string, error) {
			b, err := a.door.Backlog(ctx)
			return counted(b.Quarantined, "updates of messengers could not be decoded: a person must look"), err
		}},
	}...)
	checks = append(checks, a.groupCheck()...)
	return append(checks, a.templateChecks()...) // at the end: they may wait for Meta, and all checks have one time
}

// troubles warn of messengers whose account needs a person.
func (a *app) troubles() (checks []web.Check) {
	for _, l := range a.listeners {
		if t, ok := l.(bots.Troubled); ok {
			checks = append(checks, web.Check{Name: string(l.Channel()), Run: func(context.Context) (string, error) { return t.Trouble(), nil }})
		}
	}
	return checks
}

// counted is a warning about n things; none when there are none.
func counted(n int64, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, what)
}

func (a *app) storyWith(tax *emulated) func(context.Context, string) (web.Story, error) {
	return func(ctx context.Context, peer string) (web.Story, error) {
		s, err := a.story(ctx, peer)
		s.Service = tax.service()
		return s, err
	}
}
