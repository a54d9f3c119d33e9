package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots/fake"
	fakemax "besedka/bots/fake/max"
	fakeviber "besedka/bots/fake/viber"
	fakevk "besedka/bots/fake/vk"
	"besedka/storage"
	"besedka/storage/storagetest"
	"besedka/web/rehearsal"
)

// crashed is a messenger in which the bot is killed.
type crashed struct {
	name string
	open func(now func() time.Time) crashedFake
	env  func(server string) []string // of the process
}

// crashedFake is a fake, and when the bot in it misses nothing any more.
type crashedFake interface {
	rehearsal.Fake
	http.Handler
	Close()
	AwaitListening(ctx context.Context) error
}

// TestCrashInMessengers kills the bot in turn 20 of 60 updates and starts it again,
// in each messenger that has a fake built on package fake: each update is one turn,
// and only what was on its way is heard twice.
func TestCrashInMessengers(t *testing.T) {
	for _, c := range []crashed{
		{
			"max", func(now func() time.Time) crashedFake { return fakemax.New(crashToken, now) },
			func(server string) []string {
				return []string{"BESEDKA_MAX_TOKEN=" + crashToken, "BESEDKA_MAX_SERVER=" + server, "BESEDKA_MAX_PER_SECOND=0"}
			},
		},
		{
			"vk", func(now func() time.Time) crashedFake { return fakevk.New(crashToken, 9, now) },
			func(server string) []string {
				return []string{"BESEDKA_VK_TOKEN=" + crashToken, "BESEDKA_VK_GROUP=9", "BESEDKA_VK_SERVER=" + server, "BESEDKA_VK_PER_SECOND=0"}
			},
		},
		{
			"viber", func(now func() time.Time) crashedFake { return fakeviber.New(crashToken, now) },
			func(server string) []string {
				return []string{"BESEDKA_VIBER_TOKEN=" + crashToken, "BESEDKA_VIBER_URI=b", "BESEDKA_VIBER_NAME=b", "BESEDKA_VIBER_SERVER=" + server}
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.play(t)
		})
	}
}

const crashedIn, crashedUpdates = 20, 60

func (c crashed) play(t *testing.T) {
	messenger := c.open(time.Now)
	wire := httptest.NewServer(messenger)
	t.Cleanup(wire.Close) // after the bot, whose poll it holds
	t.Cleanup(messenger.Close)
	dsn, data, address := storagetest.DSN(t), dataFolder(t), freeAddress(t)
	programme, err := filepath.Abs("testdata/crash")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range append(c.env(wire.URL), "DATABASE_URL="+dsn) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	start := func() *server { return serve(t, data, address, "--programme", programme) }
	bot := start()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	await(t, "the bot listens", func() bool { return messenger.AwaitListening(ctx) == nil })
	for i := range crashedUpdates {
		if _, err := messenger.Do(fake.Act{From: "77", Text: strconv.Itoa(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "turn 20", func() bool { return echoes(messenger)[fmt.Sprint("эхо ", crashedIn)] > 0 })
	if err := bot.cmd.Process.Signal(os.Kill); err != nil {
		t.Fatal(err)
	}
	_ = bot.cmd.Wait() // killed
	if n := echoes(messenger)[fmt.Sprint("эхо ", crashedUpdates)]; n > 0 {
		t.Fatal("it was killed too late to tell")
	}
	start()
	await(t, "the last turn", func() bool { return echoes(messenger)[fmt.Sprint("эхо ", crashedUpdates)] > 0 })
	checkCrashed(t, messenger, dsn)
}

// echoes counts what was heard.
func echoes(f rehearsal.Fake) map[string]int {
	heard := map[string]int{}
	for _, m := range f.Sent("", 0) {
		heard[strings.ReplaceAll(m.Text, "\u00a0", " ")]++
	}
	return heard
}

func checkCrashed(t *testing.T, f rehearsal.Fake, dsn string) {
	t.Helper()
	var order []string // without repetitions
	twice, seen := 0, map[string]bool{}
	for _, m := range f.Sent("", 0) {
		if seen[m.RequestID] {
			twice++
			continue
		}
		seen[m.RequestID] = true
		if text, echo := strings.CutPrefix(strings.ReplaceAll(m.Text, "\u00a0", " "), "эхо "); echo {
			order = append(order, text)
		}
	}
	var want []string
	for i := range crashedUpdates {
		want = append(want, strconv.Itoa(i+1))
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if twice > 1 { // one chat has one message on its way
		t.Errorf("%d messages were heard twice", twice)
	}
	checkTurns(t, dsn)
}

// checkTurns wants each update once, and one turn for it.
func checkTurns(t *testing.T, dsn string) {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, sql := range []string{`select count(*) from inbox where kind = 'message'`, `select count(*) from turn`} {
		if n, err := storage.Value[int64](t.Context(), db, sql); n != crashedUpdates || err != nil {
			t.Errorf("%s: %d, %v; want %d", sql, n, err, crashedUpdates)
		}
	}
}

// await waits for something that another process brings about.
func await(t *testing.T, what string, true func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
	}
}
