//go:build !nowhatsmeow

package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/whatsapp"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// The size of the crash test of a linked device.
const (
	linkedPhone  = "79990000000"
	linkedPeople = 6
	linkedEach   = 10 // messages of a person
	linkedKill   = 20 // turns before the kill
	linkedWait   = 2 * time.Minute
)

// TestCrashWhatsmeow kills a process that speaks WhatsApp in the midst of sixty
// messages. The next one does what is left: each message gets one turn, each answer
// is shown once and in its order, and only one that was on its way in a chat goes
// over the wire twice.
func TestCrashWhatsmeow(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: killing processes")
	}
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), linkedWait)
	defer cancel()
	server := fake.New(linkedPhone, time.Now)
	wire := httptest.NewServer(server)
	t.Cleanup(wire.Close)
	dsn := storagetest.DSN(t)
	db, err := storage.Open(ctx, dsn, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	data := t.TempDir()
	keys, err := seal.OpenOrCreateFile(place{Data: data}.masterKey())
	if err != nil {
		t.Fatal(err)
	}
	if err := linkFake(ctx, server, supplies{db: db, keys: keys}); err != nil {
		t.Fatal(err)
	}
	for n := range linkedEach {
		for p := range linkedPeople {
			if _, err := server.Do(fake.Act{From: linkedPerson(p), Text: fmt.Sprint("а", n+1)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	first := startLinked(t, dsn, data, wire.URL)
	awaitShown(ctx, t, server, 2*linkedKill)
	_ = first.Process.Kill()
	_ = first.Wait() // it was killed
	startLinked(t, dsn, data, wire.URL)
	awaitShown(ctx, t, server, 2*linkedPeople*linkedEach)
	checkLinked(ctx, t, server, db)
}

func linkedPerson(p int) string { return fmt.Sprintf("7916000000%d", p) }

func awaitShown(ctx context.Context, t *testing.T, server *fake.Server, n int) {
	t.Helper()
	if err := server.AwaitSent(ctx, "", n); err != nil {
		t.Fatalf("%d messages of %d are shown", len(server.Sent("", 0)), n)
	}
}

func checkLinked(ctx context.Context, t *testing.T, server *fake.Server, db *storage.DB) {
	t.Helper()
	if err := server.AwaitTaken(ctx); err != nil {
		t.Error("the device has not taken everything")
	}
	twice := map[string]int{}
	for p := range linkedPeople {
		var got []string
		for _, m := range server.Sent(linkedPerson(p), 0) {
			first, _, _ := strings.Cut(m.Text, "\n")
			got = append(got, first)
			if wires := server.Wires(m.ID); wires > 1 {
				twice[linkedPerson(p)] += wires - 1
			}
		}
		want := []string{"эхо 1", "дальше?"}
		for n := 2; n <= linkedEach; n++ {
			want = append(want, fmt.Sprint("эхо а", n), "дальше?")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("person %d (-want +got):\n%s", p, diff)
		}
	}
	for who, n := range twice {
		if n > 1 {
			t.Errorf("%d messages to %s went over the wire twice; one can have been on its way", n, who)
		}
	}
	t.Logf("%d messages went over the wire twice", len(twice))
	for sql, want := range map[string]int{
		`select count(*)::int from inbox where kind = 'message'`: linkedPeople * linkedEach,
		`select count(*)::int from turn`:                         linkedPeople * linkedEach,
		`select count(*)::int from outbox`:                       2 * linkedPeople * linkedEach,
		`select count(*)::int from quarantine`:                   0,
	} {
		if got, err := storage.Value[int](ctx, db, sql); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", sql, got, err, want)
		}
	}
}

// startLinked runs this test's own binary as a process that is killed with the
// test: which root it trusts is no setting of the program.
func startLinked(t *testing.T, dsn, data, url string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestCrashWhatsmeowChild$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), childDSN+"="+dsn, childData+"="+data, childURL+"="+url)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, here or before
	})
	return cmd
}

const childDSN, childData, childURL = "BESEDKA_CHILD_DSN", "BESEDKA_CHILD_DATA", "BESEDKA_CHILD_URL"

// TestCrashWhatsmeowChild is the process that TestCrashWhatsmeow kills.
func TestCrashWhatsmeowChild(t *testing.T) {
	if os.Getenv(childDSN) == "" {
		t.Skip("not a test: the process of another one")
	}
	fake.Trust()
	over, err := fake.Transport(os.Getenv(childURL))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	in, err := place{DatabaseURL: secret(os.Getenv(childDSN)), Data: os.Getenv(childData)}.open(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	p := newPublisher(in.db, time.Now, log)
	if err := p.publish(t.Context(), os.DirFS("testdata/crash")); err != nil {
		t.Fatal(err)
	}
	account := whatsmeow{Phone: linkedPhone}
	m := account.messenger()
	m.open = func(w supplies) (bots.Listener, error) { return openWhatsmeow(account, w, over) }
	a, err := newApp(in, p, settings{messengers: []messenger{m}})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	a.work(t.Context(), &all)
	all.Wait()
}
