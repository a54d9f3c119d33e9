package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/storage/storagetest"
)

// TestDemonstrationStaysAtHome: only --listen opens a demonstration to others.
func TestDemonstrationStaysAtHome(t *testing.T) {
	nowhere := []string{"serve", "--demo", "--data", t.TempDir(), "--database-url", "postgres://u:sekret@127.0.0.1:1/x"}
	for _, tt := range []struct {
		environment, flag, told string
	}{
		{"0.0.0.0:8080", "", "only by --listen 0.0.0.0:8080"},
		{":8080", "", "only by --listen :8080"},
		{"127.0.0.1:8080", "", "migrate"},
		{"", "", "migrate"},
		{"", "0.0.0.0:8080", "migrate"},
		{"0.0.0.0:8080", "0.0.0.0:8080", "migrate"},
	} {
		t.Setenv("BESEDKA_LISTEN", tt.environment)
		args := nowhere
		if tt.flag != "" {
			args = append(args[:len(args):len(args)], "--listen", tt.flag)
		}
		var out, told bytes.Buffer
		if code := run(t.Context(), args, &out, &told); code != 1 || !strings.Contains(told.String(), tt.told) || strings.Contains(told.String(), "sekret") {
			t.Errorf("%+v: %d, %s", tt, code, &told)
		}
	}
}

// TestDatabaseKeepsToItsMode: invented receipts and real ones never meet in one
// database, and without a tax service a real programme works on.
func TestDatabaseKeepsToItsMode(t *testing.T) {
	t.Parallel()
	token := []string{"--fns-token", "tok-sekret", "--fns-url", "http://127.0.0.1:1"}
	real, demo := [2]string{storagetest.DSN(t), t.TempDir()}, [2]string{storagetest.DSN(t), t.TempDir()}
	if answer := served(t, real[0], real[1]); !strings.Contains(answer, `"name":"tax_service","status":"warning"`) {
		t.Errorf("without a tax service: %s", answer)
	}
	openShop(t, demo[0], demo[1]).stop()
	for _, tt := range []struct {
		name  string
		place [2]string // database, data folder
		told  string
		flags []string
	}{
		{"a demonstration on a real database", real, "this database is a real programme's", []string{"--demo"}},
		{"the tax service on a demonstration's", demo, "this database is a demonstration", token},
		{"no tax service on a demonstration's", demo, "this database is a demonstration", nil},
		{"a demonstration with a token", demo, "leave out --demo or the token", append([]string{"--demo"}, token...)},
		{"a demonstration with the other token", demo, "leave out --demo or the token", []string{"--demo", "--proverkacheka-token", "7.sekret"}},
		{"the other provider on a demonstration's", demo, "this database is a demonstration", []string{"--proverkacheka-token", "7.sekret"}},
		{"a quota below nothing", real, "a quota is a number", []string{"--fns-quota=-1"}},
	} {
		args := append([]string{"serve", "--listen", freeAddress(t), "--data", tt.place[1], "--database-url", tt.place[0]}, tt.flags...)
		var out, told bytes.Buffer
		if code := run(t.Context(), args, &out, &told); code != 1 || !strings.Contains(told.String(), tt.told) || strings.Contains(told.String(), "sekret") {
			t.Errorf("%s: %d, %s", tt.name, code, &told)
		}
	}
}

// served starts a real programme on a database and returns what /readyz says
// with 200.
func served(t *testing.T, dsn, data string) (answer string) {
	t.Helper()
	address := freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--listen", address, "--data", data, "--database-url", dsn}, io.Discard, t.Output())
	}()
	for answer == "" && len(ended) == 0 {
		time.Sleep(20 * time.Millisecond)
		if resp, err := http.Get("http://" + address + "/readyz"); err == nil && resp.StatusCode == http.StatusOK {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			answer = string(body)
		}
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("serve ends with %d", code)
	}
	return answer
}

// TestDataStaysOutOfTheProgramme: what lies in the folder of a programme is
// published with it.
func TestDataStaysOutOfTheProgramme(t *testing.T) {
	folder := t.TempDir()
	for data, want := range map[string]string{
		filepath.Join(folder, "var"):          "give --data another place",
		folder:                                "give --data another place",
		filepath.Join(folder, "..", "beside"): "migrate",
	} {
		var out, told bytes.Buffer
		args := []string{"serve", "--programme", folder, "--data", data, "--listen", "127.0.0.1:0", "--database-url", "postgres://u@127.0.0.1:1/x"}
		if code := run(t.Context(), args, &out, &told); code != 1 || !strings.Contains(told.String(), want) {
			t.Errorf("--data %s: %d, %s", data, code, &told)
		}
	}
}
