package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kong"

	"besedka/bots/gateway"
	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/core/verify/emulator"
	"besedka/flows/programme"
	"besedka/web"
)

// serveCmd runs a programme.
type serveCmd struct {
	place     `embed:""`
	telegram  `embed:"" prefix:"telegram-"`
	whatsapp  `embed:"" prefix:"whatsapp-"`
	maxBot    `embed:"" prefix:"max-"`
	vkBot     `embed:"" prefix:"vk-"`
	viberBot  `embed:"" prefix:"viber-"`
	widget    `embed:"" prefix:"widget-"`
	Group     staffGroup `embed:"" prefix:"staff-group-"`
	whatsmeow `embed:"" prefix:"whatsmeow-"`
	services  `embed:"" prefix:"service-"`
	webhooks  `embed:"" prefix:"webhook-"`
	providers `embed:""`

	smsAccount  `embed:"" prefix:"sms-"`
	mailAccount `embed:"" prefix:"smtp-"`

	Listen    string `help:"Address to serve on." env:"BESEDKA_LISTEN" placeholder:"127.0.0.1:8080"`
	Public    string `help:"Address by which shoppers reach us, https://…; by default the one listened on." env:"BESEDKA_PUBLIC_URL"`
	Programme string `help:"Programme folder; by default the one inside the program." type:"path" env:"BESEDKA_PROGRAMME"`
	Demo      bool   `help:"Demonstration: an emulated tax service, everything marked as not real."`
	Shoppers  int    `help:"Of a demonstration: how many simulated shoppers keep writing and ask for a person."`
	Sample    int    `name:"review-sample" help:"Of a hundred credited receipts, how many people look at, drawn by lot every day; 0 for none." default:"5" env:"BESEDKA_REVIEW_SAMPLE"`

	asked bool // --listen was given, not its variable
}

const defaultListen = "127.0.0.1:8080"

// AfterApply notes whether the address was asked for: the path has what stood on
// the command line only.
func (c *serveCmd) AfterApply(k *kong.Context) error {
	c.asked = slices.ContainsFunc(k.Path, func(p *kong.Path) bool { return p.Flag != nil && p.Flag.Name == "listen" })
	return nil
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	if err := c.check(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen) // before anything is published: the port may be taken
	if err != nil {
		return fmt.Errorf("listen: %w; is another besedka running?", err)
	}
	defer l.Close() //nolint:errcheck // closed by the server, unless something failed before
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	err = c.serve(ctx, l, in, out, log)
	return errors.Join(err, in.close(ctx))
}

// within says whether path is the folder dir, or in it; "" is no folder.
func within(dir, path string) bool {
	rest, err := filepath.Rel(dir, path)
	return dir != "" && err == nil && filepath.IsLocal(rest)
}

// check refuses what must not start.
func (c *serveCmd) check() error {
	if c.Demo && c.real() {
		return errors.New("a demonstration never takes a real tax service's token: leave out --demo or the token")
	}
	if c.Demo && c.accounts() {
		return errRealLetters
	}
	if err := errors.Join(c.providers.check(), c.widget.check(), c.Group.check(c.telegram.Token)); err != nil {
		return err
	}
	if c.Listen == "" {
		c.Listen = defaultListen
	}
	if within(c.Programme, c.Data) {
		return fmt.Errorf("the data folder %s lies in the programme folder and would be published with it, keys and all: give --data another place", c.Data)
	}
	if c.Demo && !c.asked && !loopback(c.Listen) { // the environment may be that of the real installation
		return fmt.Errorf("a demonstration is open to others only by --listen %s", c.Listen)
	}
	if c.Shoppers < 0 || c.Shoppers > 0 && !c.Demo {
		return errors.New("--shoppers are of a demonstration: give --demo too")
	}
	if c.Sample < 0 || c.Sample > 100 {
		return fmt.Errorf("--review-sample %d: give 0 to 100, of a hundred", c.Sample)
	}
	return nil
}

// loopback says whether only this machine reaches address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

func (c *serveCmd) serve(ctx context.Context, l net.Listener, in *installation, out io.Writer, log *slog.Logger) error {
	mode := receipt.Real
	if c.Demo {
		mode = receipt.Demo
	}
	if err := receipt.BindMode(ctx, in.db, mode); err != nil {
		return err
	}
	p := newPublisher(in.db, time.Now, log)
	problems, err := p.begin(ctx, programmeIn(c.Programme))
	if err != nil {
		return err
	}
	if err := c.services.ready(ctx, p.programme(), log); err != nil {
		return err
	}
	s := settings{services: c.services, webhooks: c.webhooks, demo: c.Demo, sample: c.Sample, baseURL: c.publicURL(), messengers: c.messengers(), widget: c.widget, group: c.Group}
	if c.Demo {
		s.widget = c.ofDemo()
	}
	closeLetters, err := c.letters(p, &s)
	if err != nil {
		return err
	}
	defer closeLetters()
	tax, err := c.provider(p, &s)
	if err != nil {
		return err
	}
	if tax != nil {
		defer tax.close() //nolint:errcheck // nothing is left to lose
	}
	s.eyes = openEyes(ctx, filepath.Join(in.place.Data, "zxing"), log)
	defer s.eyes.Close(ctx) //nolint:errcheck // the process ends
	s.eyes.PDFs.Start()
	a, err := newApp(in, p, s)
	if err != nil {
		return err
	}
	if c.Demo {
		if err := a.stockDemo(ctx); err != nil {
			return err
		}
	}
	e := &editor{publisher: p, dir: c.Programme, problems: problems}
	pages, err := a.pages(tax, e)
	if err != nil {
		return err
	}
	console, err := c.forStaff(ctx, a)
	if err != nil {
		return err
	}
	c.welcome(out, console, e.script())
	var shoppers sync.WaitGroup
	defer shoppers.Wait()
	writing, stop := context.WithCancel(ctx)
	defer stop()
	shoppers.Go(func() { keepWriting(writing, "http://"+l.Addr().String(), c.Shoppers, log) })
	return a.run(ctx, l, pages, e)
}

// provider chooses who confirms receipts: the emulator, the services there are
// tokens for, or nobody.
func (c *serveCmd) provider(p *publisher, s *settings) (*emulated, error) {
	if !c.Demo {
		c.into(s)
		return nil, nil
	}
	tax, err := startEmulator(emulator.Config{Now: p.now, StateFile: filepath.Join(c.Data, "emulator.json"), Zone: p.programme().Location})
	if err != nil {
		return nil, fmt.Errorf("start emulated tax service: %w", err)
	}
	s.provider, s.name = tax.client(), "demo"
	return tax, nil
}

func (c *serveCmd) publicURL() string {
	if c.Public != "" {
		return strings.TrimRight(c.Public, "/") // paths follow
	}
	return "http://" + c.Listen
}

// programmeIn is the programme folder dir, or the one inside the program.
func programmeIn(dir string) fs.FS {
	if dir != "" {
		return os.DirFS(dir)
	}
	return programme.Files
}

// run serves the pages and lets every loop work until ctx ends.
func (a *app) run(ctx context.Context, l net.Listener, pages http.Handler, e *editor) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	a.work(ctx, &all)
	all.Go(func() { e.watch(ctx) })
	err := serveHTTP(ctx, l, pages)
	stop()
	all.Wait()
	return err
}

// work runs the loops and listens to the messengers, until ctx ends.
func (a *app) work(ctx context.Context, all *sync.WaitGroup) {
	for _, l := range a.loops {
		for range l.workers {
			all.Go(func() { l.run(ctx, a.now, a.log) })
		}
	}
	a.listen(ctx, all)
	if a.group != nil {
		all.Go(func() { a.group.Run(ctx) })
	}
}

// listen receives from the messengers, and from the pages of other processes, until ctx
// ends.
func (a *app) listen(ctx context.Context, all *sync.WaitGroup) {
	all.Go(func() { a.here.Listen(ctx, func() {}) })
	for _, l := range a.listeners {
		all.Go(func() { gateway.Receive(ctx, a.db, a.withTrouble(l), gateway.Sink(a.door, l.Channel(), a.now), a.log) })
	}
}

// stopPatience is how long requests may finish after a stop was asked for.
const stopPatience = 5 * time.Second

// serveHTTP serves until ctx ends; streams end with it.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := web.Server(ctx, h)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve pages: %w", err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return server.Close()
	}
	return nil
}

// demoOwner is who looks around a demonstration.
const demoOwner = "Владелец демонстрации"

// forStaff is where the staff go. In a demonstration it is a link that lets an owner in,
// whom there is one of.
func (c *serveCmd) forStaff(ctx context.Context, a *app) (string, error) {
	if !c.Demo {
		return c.publicURL() + "/console", nil
	}
	owner, err := a.demoOwner(ctx)
	if err != nil {
		return "", err
	}
	token, err := a.access.Invite(ctx, a.now(), 0, owner)
	return invitationAt(c.publicURL(), token), err
}

func (a *app) demoOwner(ctx context.Context) (int64, error) {
	people, err := a.staff.People(ctx)
	if err != nil {
		return 0, err
	}
	for _, p := range people {
		if p.Name == demoOwner && p.DisabledAt == nil {
			return p.ID, nil
		}
	}
	p, err := a.staff.Invite(ctx, a.now(), staff.Person{Name: demoOwner, Roles: []staff.Role{staff.Owner}}, staff.NewToken())
	return p.ID, err
}

// welcome prints where to go next.
func (c *serveCmd) welcome(out io.Writer, console, script string) {
	at := c.publicURL()
	fmt.Fprintf(out, "\n  Страница акции   %s/\n  Чат              %s/chat\n", at, at)
	if c.Demo {
		fmt.Fprintf(out, "  За кулисами      %s/demo\n", at)
	}
	fmt.Fprintf(out, "  Сотрудникам      %s\n", console)
	if script != "" {
		fmt.Fprintf(out, "  Сценарий         %s\n", script)
	}
	fmt.Fprintf(out, "\n  Остановить: Ctrl-C\n\n")
}
