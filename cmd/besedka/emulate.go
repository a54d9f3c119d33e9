package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"besedka/core/verify/emulator"
)

type emulateCmd struct {
	FNS emulateFNSCmd `cmd:"" name:"fns" help:"The tax service's open API and proverkacheka.com, steered by /__emu/."`
}

type emulateFNSCmd struct {
	Listen      string         `default:"127.0.0.1:8090" help:"Address to listen on."`
	State       string         `type:"path" help:"File that keeps receipts and faults over a restart."`
	Receipts    string         `type:"existingdir" help:"Folder of receipts in FNS JSON to begin with."`
	Strict      bool           `help:"Answer 406 for receipts never heard of, instead of inventing their contents."`
	Mix         string         `help:"When receipts never heard of arrive, and which troubles begin: at the till, old receipts or bad day." enum:",at the till,old receipts,bad day" default:""`
	Latency     bool           `help:"Work on requests as long as the real service does."`
	RandomSeed  uint64         `help:"Seed of arrivals, latency and the rates of faults."`
	NewService  bool           `help:"Answer 455 for a receipt that has not arrived, not 404."`
	Address     []netip.Prefix `help:"Networks that may call, like 10.0.0.0/8; by default everybody."`
	MasterToken string         `help:"The only master token that is good; by default any."`
	TokenLife   time.Duration  `help:"How long a temporary token lives." default:"1h"`
	SendsADay   int            `help:"Requests for receipts that the contract has a day." default:"100000"`
	UserSends   int            `help:"Those that one shopper has a day; 0 for no limit."`
	ChecksADay  int            `help:"Requests that a token has a day at proverkacheka.com." default:"15"`
}

// Run serves until ctx ends.
func (c *emulateFNSCmd) Run(ctx context.Context, stdout io.Writer) error {
	e, err := c.emulator()
	if err != nil {
		return fmt.Errorf("emulate fns: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("emulate fns: %w", err)
	}
	fmt.Fprintf(stdout, "http://%s\n", listener.Addr())
	server := &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() }) //nolint:errcheck // we are leaving
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("emulate fns: %w", err)
	}
	return nil
}

func (c *emulateFNSCmd) emulator() (*emulator.Emulator, error) {
	cfg := emulator.Config{
		Now: time.Now, StateFile: c.State, Strict: c.Strict, Latency: c.Latency, Seed: c.RandomSeed, NewService: c.NewService,
		Addresses: c.Address, MasterToken: c.MasterToken, TokenLife: c.TokenLife,
		SendsADay: c.SendsADay, UserSends: c.UserSends, ChecksADay: c.ChecksADay,
	}
	mix, mixed := emulator.MixNamed(c.Mix)
	if mixed {
		cfg.Mix = &mix
	}
	e, err := emulator.New(cfg)
	if err != nil {
		return nil, err
	}
	return e, errors.Join(e.Begin(mix), c.stock(e))
}

// stock adds the receipts of the folder.
func (c *emulateFNSCmd) stock(e *emulator.Emulator) error {
	if c.Receipts == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(c.Receipts, "*.json"))
	if err != nil {
		return err
	}
	for _, f := range files {
		contents, err := os.ReadFile(f)
		if err == nil {
			_, err = e.AddReceipt(contents, 0, emulator.OK)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return nil
}
