package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/locales"
	"besedka/web"
	"besedka/web/author"
)

type flowsDevCmd struct {
	place
	Dir    string `arg:"" help:"Programme folder; besedka init lays one out." type:"existingdir"`
	Listen string `help:"Address to serve the page at, of this machine only." default:"127.0.0.1:0"`
}

// Run serves the page until it is interrupted.
func (c *flowsDevCmd) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	if !author.Loopback(c.Listen) {
		return fmt.Errorf("whoever opens this page may change your files: listen on 127.0.0.1, not on %s", c.Listen)
	}
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	page, path, err := c.page(root, log)
	if err != nil {
		return err
	}
	door, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Откройте в браузере: http://%s%s\nОстановить: Ctrl+C\n", door.Addr(), path)
	return serveUntil(ctx, door, page)
}

// serveUntil serves until ctx ends: pages that wait for news are let go.
func serveUntil(ctx context.Context, door net.Listener, h http.Handler) error {
	server := web.Server(ctx, h)
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(door); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (c *flowsDevCmd) page(root *os.Root, log *slog.Logger) (http.Handler, string, error) {
	words, err := locales.Load()
	if err != nil {
		return nil, "", err
	}
	deps := author.Deps{Root: root, Vocabulary: actions.Vocabulary(), Facts: actions.Newcomer(), Words: words, Now: time.Now, Log: log}
	deps.Shapes = author.Learn(deps.Vocabulary)
	deps.Publisher, deps.Unable = c.publisher(log)
	return author.New(deps)
}

// publisher is the database that is configured: an address, or a data folder
// that serve has begun.
func (c *flowsDevCmd) publisher(log *slog.Logger) (*author.Publisher, source.Text) {
	if _, err := os.Stat(filepath.Join(c.Data, "postgres")); err != nil && c.DatabaseURL == "" {
		return nil, source.Sentence("Публиковать некуда: базы ещё нет. Её заводит besedka serve; другую указывают DATABASE_URL или BESEDKA_DATA.",
			"There is nowhere to publish to: no database yet. besedka serve makes one; DATABASE_URL or BESEDKA_DATA name another.")
	}
	p := pressroom{place: c.place, log: log}
	return &author.Publisher{Place: p.name(), Plan: p.plan, Publish: p.publish}, source.Text{}
}
