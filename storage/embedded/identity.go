package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// identity is the user that the server runs as: ourselves, or somebody
// unprivileged when we are root, since PostgreSQL refuses to run as root.
func identity(runAs, dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	names := []string{"postgres", "nobody"}
	if runAs != "" {
		names = []string{runAs}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		cred, err := credential(u)
		if err != nil {
			return nil, err
		}
		if err := enter(cred, dir); err != nil {
			return nil, fmt.Errorf("user %s cannot enter the folder: choose one outside root's home, e.g. /var/lib/besedka", name)
		}
		return cred, nil
	}
	return nil, fmt.Errorf("running as root and there is no user %s to run the server", strings.Join(names, " or "))
}

func credential(u *user.User) (*syscall.Credential, error) {
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

// enter tries as the other user: a folder above may be closed to it.
func enter(as *syscall.Credential, dir string) error {
	try := exec.Command("/bin/sh", "-c", `cd "$1"`, "sh", dir)
	try.Dir = "/"
	try.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return try.Run()
}

// mkdir makes a folder that only the server's user may enter.
func (c *Cluster) mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if c.as != nil {
		if err := os.Chown(path, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(path, 0o700) // fails when somebody else put it there
}

// command is one of PostgreSQL's programs, run as the server's user in a
// session of its own: Ctrl-C in a terminal reaches us and not the server.
func (c *Cluster) command(ctx context.Context, bin, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = append(serverEnv(os.Environ()), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.as}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// serverEnv drops PGPORT, PGDATA and the like, which would move our server, and
// our own settings: its user need not know our tokens.
func serverEnv(env []string) []string {
	return slices.DeleteFunc(env, func(kv string) bool {
		return strings.HasPrefix(kv, "PG") || strings.HasPrefix(kv, "BESEDKA_") || strings.HasPrefix(kv, "DATABASE_URL=")
	})
}
