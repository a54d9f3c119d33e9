package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"besedka/bots"
	"besedka/bots/cloudapi"
	"besedka/flows"
	"besedka/web"
)

// Whether templates are approved is asked no oftener than lookPause, and no longer than
// lookTime. Whoever asks /readyz waits for it as long as they like, and hears the last word.
const (
	lookPause = 10 * time.Minute
	lookTime  = 5 * time.Second
)

// templateLook compares the templates of the programme with those of the messenger that
// takes them.
type templateLook struct {
	of        bots.Templater
	programme func() *flows.Programme // in force
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	at      time.Time        // of the last look
	seen    *flows.Programme // what was in force then
	told    string
	looking chan struct{} // closed at the end of the look under way; nil: there is none
}

// check is the last word about them, for /readyz; "" when all may go.
func (l *templateLook) check(ctx context.Context) (string, error) {
	p, now := l.programme(), l.now()
	l.mu.Lock()
	if len(p.Templates) == 0 || p == l.seen && now.Sub(l.at) < lookPause {
		defer l.mu.Unlock()
		return l.told, nil
	}
	looking := l.looking
	if looking == nil {
		looking = make(chan struct{})
		l.looking = looking
		go l.renew(context.WithoutCancel(ctx), p, now, looking) // who asked may go away
	}
	l.mu.Unlock()
	select {
	case <-looking:
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told, nil
}

func (l *templateLook) renew(ctx context.Context, p *flows.Programme, now time.Time, done chan struct{}) {
	told := l.look(ctx, p)
	l.mu.Lock()
	defer l.mu.Unlock()
	if told != l.told && told != "" {
		l.log.WarnContext(ctx, "templates that would not go", "channel", l.of.Channel(), "trouble", told)
	}
	l.at, l.seen, l.told, l.looking = now, p, told, nil
	close(done)
}

func (l *templateLook) look(ctx context.Context, p *flows.Programme) string {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	all, err := l.of.Templates(ctx)
	switch {
	case errors.Is(err, cloudapi.ErrNoBusiness):
		return "nobody looks whether templates are approved: give --whatsapp-business-id"
	case err != nil:
		return "templates could not be looked at: " + err.Error()
	}
	return strings.Join(unfitTemplates(p, all), "; ")
}

// unfitTemplates says of each template of the programme, in each language, why it would
// not go, or not as written.
func unfitTemplates(p *flows.Programme, all []bots.Approved) (unfit []string) {
	known := map[string]bots.Approved{}
	for _, a := range all {
		known[a.Name+" "+a.Lang] = a
	}
	for _, t := range p.Templates {
		for _, lang := range p.Languages {
			a, ok := known[t.Name+" "+lang]
			if !ok {
				unfit = append(unfit, fmt.Sprintf("template %s (%s) is not there", t.Name, lang))
			} else if why := unlike(t, lang, a); why != "" {
				unfit = append(unfit, fmt.Sprintf("template %s (%s) %s", t.Name, lang, why))
			}
		}
	}
	return unfit
}

func unlike(t *flows.Template, lang string, a bots.Approved) string {
	switch {
	case a.Status != "APPROVED":
		return "is " + a.Status
	case a.Category == "marketing" && !t.Marketing:
		return "is marketing by now, and may go only to who agreed to advertising: write category: marketing"
	case !sameWords(t.Body[lang], a.Body):
		return "has other words than templates.yaml"
	}
	return ""
}

func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// templateChecks warn of templates that would not go.
func (a *app) templateChecks() (checks []web.Check) {
	for _, l := range a.listeners {
		if t, ok := l.(bots.Templater); ok {
			look := &templateLook{of: t, programme: a.programme, now: a.now, log: a.log}
			checks = append(checks, web.Check{Name: string(l.Channel()) + "_templates", Run: look.check})
		}
	}
	return checks
}
