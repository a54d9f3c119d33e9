//go:build !nowhatsmeow

package gateway

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	device "besedka/bots/whatsapp"
	"besedka/core/chat"
	"besedka/storage/storagetest"
)

// TestTroubleIsTold: whoever listens to an account that no device is linked to says so.
func TestTroubleIsTold(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	own := db.SQL(device.Schema)
	t.Cleanup(func() { own.Close() }) //nolint:errcheck // the database is thrown away
	a, err := device.New(device.Config{
		Phone: "79990000000", DB: own, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Box: device.Box{Seal: func(_ string, plain []byte) []byte { return plain }, Open: func(_ string, sealed []byte) ([]byte, error) { return sealed, nil }},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := make(chan string)
	l := WithTrouble(a, func(ctx context.Context, account, what string) error {
		select {
		case told <- account + ": " + what:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}, slog.New(slog.DiscardHandler))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.Run(ctx, Sink(nil, chat.Whatsmeow, time.Now)) // it is refused, and says so
	}()
	for want := "no device is linked"; ; {
		if said := <-told; strings.HasPrefix(said, "whatsmeow/79990000000: ") && strings.Contains(said, want) {
			break
		}
	}
	cancel()
	<-done
}
