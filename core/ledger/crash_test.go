package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// The size of the crash test.
const (
	crashDSN    = "BESEDKA_LEDGER_CRASH_DSN" // makes this test binary a process to be killed
	crashRounds = 4
	crashAcks   = 150 // at least so many movements between two kills
	crashKeys   = 120
)

var crashKinds = []string{"accrue", "accrue", "accrue", "hold", "hold", "commit", "release", "refund", "merge", "expire", "late"}

// crashMoves are what all processes do: the same number is the same movement.
func crashMoves(n int, chance *rand.Rand) mixed {
	return mixed{kind: crashKinds[chance.IntN(len(crashKinds))], n: n, at: chance.IntN(lastDay), currency: "crash", members: []int64{1, 2, 3}, receipts: []int64{0}}
}

// TestCrashedProcess is no test: it moves points until it is killed, and says which
// movements it knows to be committed.
func TestCrashedProcess(t *testing.T) {
	dsn := os.Getenv(crashDSN)
	if dsn == "" {
		t.Skip("SKIPPED: it is what TestKilledMovements kills")
	}
	db, err := storage.Open(t.Context(), dsn, 4)
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	for range 4 {
		g.Go(func() error {
			chance := rand.New(rand.NewPCG(rand.Uint64(), 0))
			for {
				m := crashMoves(chance.IntN(crashKeys), chance)
				if err := m.run(context.Background(), db); err != nil {
					return err
				}
				fmt.Printf("moved %s %d\n", m.kind, m.n)
			}
		})
	}
	fmt.Println("failed", g.Wait())
}

// Two processes that move the same points, with the same keys, are killed in the
// middle of it again and again: what they said was done is done, once, and the books
// balance.
func TestKilledMovements(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it kills processes")
	}
	t.Parallel()
	ctx, dsn := t.Context(), storagetest.DSN(t)
	db, err := storage.Open(ctx, dsn, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 3 {
		newMember(ctx, t, db)
	}
	said := map[int]bool{} // accruals that somebody knows to be committed
	for range crashRounds {
		killTwo(ctx, t, dsn, said)
	}
	awaitDead(ctx, t, db)
	report, err := ledger.Check(ctx, db)
	if err != nil || len(report.Breaches) > 0 {
		t.Fatalf("books: %+v, %v", report.Breaches, err)
	}
	kept := accruedKeys(ctx, t, db)
	var issued int64
	for n := range kept {
		issued += mixed{n: n, currency: "crash", members: []int64{1, 2, 3}, receipts: []int64{0}}.accrual().Amount
	}
	for n := range said {
		if !kept[n] {
			t.Errorf("accrual %d was said to be done and is lost", n)
		}
	}
	redeemed, err := storage.Value[int64](ctx, db, "select coalesce(sum(amount), 0)::bigint from hold where state = 'committed'")
	if err != nil {
		t.Fatal(err)
	}
	if s := sumOf(report, "crash"); s.Issued != issued || s.Redeemed != redeemed || len(said) == 0 || redeemed == 0 {
		t.Errorf("issued %d, redeemed %d; the keys say %d and %d, %d accruals were heard of", s.Issued, s.Redeemed, issued, redeemed, len(said))
	}
}

// awaitDead waits until the server has noticed who was killed: until then a commit that
// was on its way may still come.
func awaitDead(ctx context.Context, t *testing.T, db *storage.DB) {
	t.Helper()
	for {
		busy, err := storage.Value[int64](ctx, db, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'")
		if err != nil {
			t.Fatal(err)
		}
		if busy == 0 {
			return
		}
	}
}

func accruedKeys(ctx context.Context, t *testing.T, db *storage.DB) map[int]bool {
	t.Helper()
	rows, err := storage.Collect[struct{ Key string }](ctx, db, "select key from ledger_tx where kind = 'accrue'")
	if err != nil {
		t.Fatal(err)
	}
	kept := map[int]bool{}
	for _, r := range rows {
		var n int
		if _, err := fmt.Sscanf(r.Key, "crash/accrue/%d", &n); err != nil || kept[n] {
			t.Errorf("key %s, %v", r.Key, err)
		}
		kept[n] = true
	}
	return kept
}

// killTwo starts two processes, hears enough of both, and kills them.
func killTwo(ctx context.Context, t *testing.T, dsn string, said map[int]bool) {
	t.Helper()
	heard := make(chan string)
	var running [2]*exec.Cmd
	for i := range running {
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestCrashedProcess$")
		cmd.Env = append(os.Environ(), crashDSN+"="+dsn)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running[i] = cmd
		go listen(out, heard)
	}
	for acks, open := 0, len(running); open > 0; {
		line := <-heard
		var kind string
		var n int
		switch {
		case line == "":
			open--
		case strings.HasPrefix(line, "failed"):
			t.Errorf("a process says: %s", line)
			acks = crashAcks
		default:
			if _, err := fmt.Sscanf(line, "moved %s %d", &kind, &n); err == nil && kind == "accrue" {
				said[n] = true
			}
			acks++
		}
		if acks == crashAcks {
			for _, cmd := range running {
				_ = cmd.Process.Kill()
			}
		}
	}
	for _, cmd := range running {
		_ = cmd.Wait() // killed
	}
}

// listen passes whole lines on, and "" at the end.
func listen(out io.Reader, heard chan<- string) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			heard <- ""
			return
		}
		heard <- strings.TrimSpace(line)
	}
}
