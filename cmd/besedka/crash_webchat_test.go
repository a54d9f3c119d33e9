package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/storage/storagetest"
	"besedka/web"
)

// browser is a page of the web chat: it posts what was written again and again until it
// is taken, and reads on from the last line that it has seen.
type browser struct {
	site   string
	client http.Client
	seen   int64
	heard  []string // what the bot repeated
}

// post returns once a message is taken, or ctx ends.
func (b *browser) post(ctx context.Context, n int) error {
	body := fmt.Sprintf(`{"key": "crash-message-%02d", "text": "%d"}`, n, n)
	for {
		resp, err := b.ask(ctx, http.MethodPost, "", body)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode < http.StatusMultipleChoices {
				return nil
			}
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *browser) ask(ctx context.Context, method, query, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, b.site+"/api/chat/messages"+query, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(&http.Cookie{Name: web.PeerCookie, Value: strings.Repeat("a", 32)})
	return b.client.Do(req)
}

// echoes reads the next page of lines and says how many times the bot repeated
// something so far; nobody may serve the page now.
func (b *browser) echoes(ctx context.Context) int {
	resp, err := b.ask(ctx, http.MethodGet, fmt.Sprint("?after=", b.seen), "")
	if err != nil {
		return len(b.heard)
	}
	defer resp.Body.Close()
	var page struct{ Messages []web.Line }
	if json.NewDecoder(resp.Body).Decode(&page) != nil {
		return len(b.heard) // it is cut: all of it comes again
	}
	for _, m := range page.Messages {
		b.seen = m.N
		if n, echo := strings.CutPrefix(strings.ReplaceAll(m.Text, "\u00a0", " "), "эхо "); echo && m.From == "bot" {
			b.heard = append(b.heard, n)
		}
	}
	return len(b.heard)
}

// writeAll posts every message, each as soon as the one before is taken, the last
// twenty once nobody serves the page: the kill is never too late to tell.
func (b *browser) writeAll(ctx context.Context, killed <-chan struct{}) error {
	for n := range crashedUpdates {
		if n == crashedUpdates-20 {
			<-killed
		}
		if err := b.post(ctx, n+1); err != nil {
			return err
		}
	}
	return nil
}

// TestCrashInWebchat kills the site in turn 20 of 60 messages of a page, which goes on
// trying: each is heard once and in its order, and the page shows each answer once.
func TestCrashInWebchat(t *testing.T) {
	dsn, data, address := storagetest.DSN(t), dataFolder(t), freeAddress(t)
	programme, err := filepath.Abs("testdata/crash")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DATABASE_URL", dsn)
	start := func() *server { return serve(t, data, address, "--programme", programme) }
	site := start()
	ctx := t.Context()
	b := &browser{site: site.url}
	posted, killed := make(chan error, 1), make(chan struct{})
	go func() { posted <- b.writeAll(ctx, killed) }()
	await(t, "turn 20", func() bool { return b.echoes(ctx) >= crashedIn })
	err = site.cmd.Process.Kill()
	_ = site.cmd.Wait() // killed
	close(killed)
	if err != nil {
		t.Fatal(err)
	}
	start()
	if err := <-posted; err != nil {
		t.Fatal(err)
	}
	await(t, "the last turn", func() bool { return b.echoes(ctx) >= crashedUpdates })
	var want []string
	for i := range crashedUpdates {
		want = append(want, strconv.Itoa(i+1))
	}
	if diff := cmp.Diff(want, b.heard); diff != "" {
		t.Errorf("the page shows (-want +got):\n%s", diff)
	}
	checkTurns(t, dsn)
}
