package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"besedka/core/verify/emulator"
)

type emulateCmd struct {
	FNS emulateFNSCmd `cmd:"" name:"fns" help:"The tax service's open API, steered by /__emu/."`
}

type emulateFNSCmd struct {
	Listen string `default:"127.0.0.1:8090" help:"Address to listen on."`
	State  string `type:"path" help:"File that keeps receipts and faults over a restart."`
	Strict bool   `help:"Answer 406 for receipts never heard of, instead of inventing their contents."`
}

// Run serves until ctx ends.
func (c *emulateFNSCmd) Run(ctx context.Context, stdout io.Writer) error {
	e, err := emulator.New(emulator.Config{Now: time.Now, StateFile: c.State, Strict: c.Strict})
	if err != nil {
		return err
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
