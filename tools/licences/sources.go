package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// systems are those that Besedka is built for: each may link other modules.
var systems = []string{"linux", "darwin"}

// goModules are the modules that are linked into the binary, Go's own library
// first. Its version is the builder's and not written down.
func goModules() ([]part, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	seen := map[string]part{}
	for _, system := range systems {
		if err := addModules(seen, system); err != nil {
			return nil, err
		}
	}
	std := part{kind: "go", name: "std", version: "-", dir: strings.TrimSpace(string(root))}
	return append([]part{std}, sorted(seen)...), nil
}

func addModules(seen map[string]part, system string) error {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/besedka")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list for %s: %w", system, err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read go list: %w", err)
		}
		if m := p.Module; m != nil && !m.Main {
			seen[m.Path] = part{kind: "go", name: m.Path, version: m.Version, dir: m.Dir}
		}
	}
}

// npmPackages are the packages that the web pages may bundle: all that dir's
// lock file does not keep for development.
func npmPackages(dir string) ([]part, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License string
			Dev              bool
		}
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		return nil, fmt.Errorf("read package-lock.json: %w", err)
	}
	seen := map[string]part{}
	for path, p := range lock.Packages {
		_, name, nested := strings.Cut(path, "node_modules/")
		if nested && !p.Dev {
			seen[name] = part{kind: "npm", name: name, version: p.Version, spdx: p.License, dir: filepath.Join(dir, path)}
		}
	}
	return sorted(seen), nil
}

func sorted(seen map[string]part) []part {
	parts := make([]part, 0, len(seen))
	for _, p := range seen {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	return parts
}
