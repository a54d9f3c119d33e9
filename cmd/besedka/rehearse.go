package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/web/rehearsal"
)

// rehearseCmd runs the whole system with nothing real around it: the database
// is thrown away at the end, the clock is virtual, the messengers and the tax
// service are ours, on loopback.
type rehearseCmd struct {
	services  `embed:"" prefix:"service-"`
	webhooks  `embed:"" prefix:"webhook-"`
	widget    `embed:"" prefix:"widget-"`
	Codes     bool   `help:"Prove typed numbers by a one-time code, which the rehearsed provider of SMS delivers."`
	Listen    string `help:"Address to serve on." default:"127.0.0.1:8090" env:"BESEDKA_LISTEN"`
	Token     secret `help:"Bearer token of /rehearsal/v1 and, as owner, of /api/v1; by default a random one, printed."`
	Programme string `help:"Programme folder; by default the one inside the program." type:"path" env:"BESEDKA_PROGRAMME"`
}

// worthless is a PostgreSQL whose data nobody will miss.
var worthless = map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

// Run rehearses until ctx ends.
func (c *rehearseCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	if err := c.widget.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "besedka-rehearsal-")
	if err != nil {
		return err
	}
	err = c.inFolder(ctx, dir, out, log)
	return errors.Join(err, os.RemoveAll(dir))
}

func (c *rehearseCmd) inFolder(ctx context.Context, dir string, out io.Writer, log *slog.Logger) error {
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return err
	}
	in, err := place{Data: dir, params: worthless}.open(ctx, log)
	if err != nil {
		return err
	}
	err = c.rehearse(ctx, in, out, log)
	return errors.Join(err, in.close(ctx))
}

func (c *rehearseCmd) rehearse(ctx context.Context, in *installation, out io.Writer, log *slog.Logger) error {
	if err := receipt.BindMode(ctx, in.db, receipt.Demo); err != nil {
		return err
	}
	clock := rehearsal.NewClock(time.Now().UTC().Truncate(time.Second))
	p := newPublisher(in.db, clock.Now, log)
	if err := p.publish(ctx, programmeIn(c.Programme)); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w; is another besedka running?", err)
	}
	defer l.Close()
	if err := c.services.ready(ctx, p.programme(), log); err != nil {
		return err
	}
	c.services.offline, c.webhooks.offline = true, true
	s := stage{clock: clock, site: "http://" + l.Addr().String(), services: c.services, webhooks: c.webhooks, widget: c.widget, codes: c.Codes, eyes: openEyes(ctx, ownCache(), log)}
	defer s.close()
	s.eyes.PDFs.Start()
	a, err := s.build(in, p)
	if err != nil {
		return err
	}
	known, err := c.admit(ctx, a)
	if err != nil {
		return err
	}
	h, err := s.handler(a, c)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	a.listen(ctx, &all)
	fmt.Fprintf(out, "ready %s/rehearsal/v1%s\n", s.site, known)
	return serveHTTP(ctx, l, h)
}

// admit makes whoever shows the token the owner, and says which token it is
// when nobody can know.
func (c *rehearseCmd) admit(ctx context.Context, a *app) (known string, err error) {
	if c.Token == "" {
		c.Token = secret(staff.NewToken())
		known = " token " + string(c.Token)
	}
	_, err = a.staff.Invite(ctx, a.now(), staff.Person{Name: "rehearsal", Roles: []staff.Role{staff.Owner}}, string(c.Token))
	return known, err
}
