package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built is the program as users run it, built once a test run. It needs no
// cgo, like the one that `make run` starts.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "besedka-binary-*")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "besedka")
	build := exec.Command("go", "build", "-o", file, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := built(); err == nil { // built by a test, or not at all
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// dataFolder is one that PostgreSQL's own user may enter, too.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "besedka-data-*")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// server is a running `besedka serve`.
type server struct {
	t    *testing.T
	url  string
	cmd  *exec.Cmd
	said *bytes.Buffer
}

// freeAddress is one that nobody listens on, so that a server may come back
// to it.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// serve starts the program on address and waits until it is ready.
func serve(t *testing.T, data, address string, args ...string) *server {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, url: "http://" + address, said: &bytes.Buffer{}}
	s.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", address}, args...)...)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = data, s.said, s.said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.await()
	return s
}

// await returns when /readyz answers.
func (s *server) await() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if answer, err := http.Get(s.url + "/readyz"); err == nil {
			answer.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("serve is not ready; it said:\n%s", s.said)
}

// stop is Ctrl-C. Stopping what has stopped does nothing.
func (s *server) stop() {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Errorf("serve ended with %v; it said:\n%s", err, s.said)
	}
}
