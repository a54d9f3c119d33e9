package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A dependency that came or changed needs go run ./tools/licences.
func TestEveryLinkedModuleHasItsLicence(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(modules) < 10 {
		t.Fatalf("go list gave %q", out)
	}
	known := knownParts(t)
	for _, m := range slices.Compact(slices.Sorted(slices.Values(modules))) {
		if m != "" && !known["go "+m] {
			t.Errorf("no licence of module %s", m)
		}
	}
}

func TestEveryBundledPackageHasItsLicence(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../web/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var wanted struct{ Dependencies map[string]string }
	if err := json.Unmarshal(raw, &wanted); err != nil {
		t.Fatal(err)
	}
	known := knownParts(t)
	for name, version := range wanted.Dependencies {
		if !known["npm "+name+" "+version] {
			t.Errorf("no licence of package %s %s", name, version)
		}
	}
}

// knownParts are kind, name and version of all whose text we have.
func knownParts(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, p := range readParts(licenceTexts) {
		if p.spdx == "" || len(p.text) < 100 {
			t.Errorf("%s %s: licence %q, text of %d bytes", p.name, p.version, p.spdx, len(p.text))
		}
		known[p.kind+" "+p.name+" "+p.version] = true
	}
	return known
}
