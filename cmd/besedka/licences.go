package main

import (
	_ "embed"
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

type licencesCmd struct {
	Full bool `help:"Print the texts too."`
}

// licenceTexts is made by tools/licences.
//
//go:embed licences.txtar
var licenceTexts []byte

// part is something inside the binary that has an owner.
type part struct{ kind, name, version, spdx, text string }

// Run prints a line for everything inside this very binary: name, version,
// SPDX id.
func (c *licencesCmd) Run(out io.Writer) error {
	info, _ := debug.ReadBuildInfo() // nil in a binary built without modules: then all we know is printed
	for _, p := range inside(readParts(licenceTexts), info) {
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", p.name, p.version, p.spdx); err != nil {
			return err
		}
		if !c.Full {
			continue
		}
		if _, err := fmt.Fprintf(out, "\n%s\n", p.text); err != nil {
			return err
		}
	}
	return nil
}

func readParts(archive []byte) []part {
	var parts []part
	for _, f := range txtar.Parse(archive).Files {
		about := strings.SplitN(f.Name, " ", 4)
		parts = append(parts, part{about[0], about[1], about[2], about[3], string(f.Data)})
	}
	return parts
}

// inside drops Go modules that this build does not link: other systems do. A
// linked one without a text is named all the same.
func inside(known []part, info *debug.BuildInfo) []part {
	if info == nil {
		return known
	}
	linked := map[string]string{"std": runtime.Version()}
	for _, m := range info.Deps {
		linked[m.Path] = m.Version
	}
	var parts []part
	for _, p := range known {
		version, ok := linked[p.name]
		if p.kind == "go" && !ok {
			continue
		}
		if ok {
			p.version = version
		}
		delete(linked, p.name)
		parts = append(parts, p)
	}
	for _, name := range slices.Sorted(maps.Keys(linked)) {
		parts = append(parts, part{kind: "go", name: name, version: linked[name], spdx: "unknown"})
	}
	return parts
}
