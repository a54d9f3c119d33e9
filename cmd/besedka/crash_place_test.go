package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"besedka/core/verify/emulator"
	"besedka/storage"
)

// kill is one process killed: a number of ours, or the database.
type kill struct {
	app   int
	at    time.Time
	until time.Time // of the database: when it answered again
}

const theDatabase = -1

func isDatabase(k kill) bool { return k.app == theDatabase }
func isApp(k kill) bool      { return k.app != theDatabase }

// crashPlace is one data folder with two processes of the built program on it.
type crashPlace struct {
	*testing.T
	dir, binary string
	telegram    func(app int) string
	tax         string
	db          *storage.DB // the test's own look into the database
	apps        [2]*crashApp
	ended       chan *crashApp
	started     int
	kills       []kill
	away        int // the database's process that was killed and not followed yet, or 0
}

// crashApp is one process.
type crashApp struct {
	number, slot int
	cmd          *exec.Cmd
	log          *bytes.Buffer
	born         time.Time
	over         bool // killed or told to stop
	gone         chan struct{}
}

func newCrashPlace(t *testing.T, telegram func(app int) string) *crashPlace {
	t.Helper()
	dir, err := os.MkdirTemp("", "besedka-crash-")
	if err != nil {
		t.Fatal(err)
	}
	p := &crashPlace{T: t, dir: dir, binary: filepath.Join(t.TempDir(), "besedka"), telegram: telegram, ended: make(chan *crashApp, 256)}
	t.Cleanup(p.tidy)
	if err := os.Chmod(dir, 0o755); err != nil { // the database's user passes through
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", p.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	tax, err := emulator.New(emulator.Config{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(tax)
	t.Cleanup(server.Close)
	p.tax = server.URL
	return p
}

// startAll starts both processes at once on an empty folder.
func (p *crashPlace) startAll() {
	p.Helper()
	for slot := range p.apps {
		p.start(slot)
	}
	dsn := fmt.Sprintf("host='%s' port=5432 user=besedka dbname=besedka sslmode=disable", filepath.Join(p.dir, "postgres", "sock"))
	db, err := storage.Open(p.Context(), dsn, 2)
	if err != nil {
		p.Fatal(err)
	}
	p.db = db
	p.Cleanup(db.Close)
}

// stock puts prizes on the shelf. Looking at the books makes sure that there is one.
func (p *crashPlace) stock(prize string, pieces int) {
	p.Helper()
	p.checkBooks()
	if _, err := p.db.Exec(p.Context(), "insert into prize (key, stock) values ($1, $2)", prize, pieces); err != nil {
		p.Fatal(err)
	}
}

func (p *crashPlace) start(slot int) {
	p.Helper()
	p.started++
	app := &crashApp{number: p.started, slot: slot, log: &bytes.Buffer{}, born: time.Now(), gone: make(chan struct{})}
	app.cmd = exec.Command(p.binary, "serve", "--data", p.dir, "--programme", "testdata/crash", "--listen", "127.0.0.1:0",
		"--telegram-server", p.telegram(app.number), "--telegram-per-second", "0", "--fns-url", p.tax)
	app.cmd.Env = append(os.Environ(), "BESEDKA_TELEGRAM_TOKEN="+crashToken, "BESEDKA_FNS_TOKEN=crash", "DATABASE_URL=")
	app.cmd.Stderr = app.log
	app.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := app.cmd.Start(); err != nil {
		p.Fatal(err)
	}
	p.apps[slot] = app
	go func() {
		_ = app.cmd.Wait() // its state tells
		close(app.gone)
		p.ended <- app
	}()
}

// killSomething kills a process, both, the database, or everything at once.
func (p *crashPlace) killSomething(chance *rand.Rand) {
	switch what := chance.IntN(8); what {
	case 0, 1, 2, 3:
		p.killApp(what % 2)
	case 4:
		p.killApp(0)
		p.killApp(1)
	case 5, 6:
		p.killDatabase()
	case 7:
		p.killDatabase()
		p.killApp(0)
		p.killApp(1)
	}
}

// killApp kills a process and starts another one in its place.
func (p *crashPlace) killApp(slot int) {
	app := p.apps[slot]
	app.over = true
	p.kills = append(p.kills, kill{app: app.number, at: time.Now()})
	_ = app.cmd.Process.Kill() // it may have ended by itself
	<-app.gone
	p.start(slot)
}

// killDatabase kills the postmaster, unless it has not come back yet from the
// last time: its users have to see to that.
func (p *crashPlace) killDatabase() {
	pid := p.postmaster()
	if pid == 0 || p.away != 0 {
		return
	}
	p.kills = append(p.kills, kill{app: theDatabase, at: time.Now()})
	p.away = pid
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		p.Fatal(err)
	}
}

// look notes when the killed database answers again.
func (p *crashPlace) look(ctx context.Context) {
	if now := p.postmaster(); p.away == 0 || now == 0 || now == p.away || p.db.Ping(ctx) != nil {
		return
	}
	p.away = 0
	for i := len(p.kills) - 1; i >= 0; i-- {
		if p.kills[i].app == theDatabase {
			p.kills[i].until = time.Now()
			return
		}
	}
}

// await returns when there is something to do. The ticks only bound how long a
// database that is back stays unnoticed.
func (p *crashPlace) await(ctx context.Context, news <-chan struct{}, c *crowd) {
	p.Helper()
	select {
	case <-news:
	case <-time.After(100 * time.Millisecond):
	case app := <-p.ended:
		p.bury(app)
	case <-ctx.Done():
		p.stuck(c)
	}
	p.look(ctx)
}

// bury starts another process for one that ended by itself, which only the
// death of its database excuses.
func (p *crashPlace) bury(app *crashApp) {
	p.Helper()
	if app.over {
		return
	}
	for _, k := range p.kills {
		if k.app == theDatabase && (k.until.IsZero() || k.until.After(app.born)) {
			p.Logf("process %d ended with its database: %s", app.number, lastLines(app.log.String(), 1))
			p.start(app.slot)
			return
		}
	}
	p.Fatalf("process %d ended by itself: %v\n%s", app.number, app.cmd.ProcessState, lastLines(app.log.String(), 20))
}

// settle waits until nothing is left to do.
func (p *crashPlace) settle(ctx context.Context, w *crashWire, c *crowd) {
	p.Helper()
	if err := w.fake.AwaitConfirmed(ctx); err != nil {
		p.stuck(c)
	}
	for {
		left, err := unfinished(ctx, p.db)
		if err == nil && left == "" {
			return
		}
		p.await(ctx, w.news, c)
	}
}

// stuck ends the test with a picture of what is missing.
func (p *crashPlace) stuck(c *crowd) {
	p.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.Context()), 5*time.Second)
	defer cancel()
	left, err := unfinished(ctx, p.db)
	said, answered := 0, 0
	for _, person := range c.order {
		said, answered = said+person.said, answered+person.answered
	}
	for _, app := range p.apps {
		_ = app.cmd.Process.Kill() // its log must not be written while it is read
		<-app.gone
		p.Logf("process %d:\n%s", app.number, lastLines(app.log.String(), 20))
	}
	p.Fatalf("stuck: %d said, %d answered; kills %v; left (%v):\n%s", said, answered, p.kills, err, left)
}

func (p *crashPlace) count(which func(kill) bool) (n int) {
	for _, k := range p.kills {
		if which(k) {
			n++
		}
	}
	return n
}
