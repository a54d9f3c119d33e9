package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "besedka"

// house is every package of the module, by its path below the module's.
type house map[string]pkg

type pkg struct {
	command bool
	deps    []string // import paths of everything it is built of
	files   []file   // those that are built, tests left out
}

type file struct {
	path      string // below the module's root
	imports   []string
	asksTime  bool // uses time.Now
	inits     bool // declares init
	documents bool // has the package comment
}

// ours are the packages of the module that p imports.
func (p pkg) ours() (names []string) {
	for _, f := range p.files {
		for _, imported := range f.imports {
			if name, ok := strings.CutPrefix(imported, module+"/"); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// reach is those of the named packages that exist, with all of ours below.
func (h house) reach(names []string) map[string]bool {
	found := map[string]bool{}
	for queue := slices.Clone(names); len(queue) > 0; {
		name := queue[0]
		queue = queue[1:]
		if p, ok := h[name]; ok && !found[name] {
			found[name] = true
			queue = append(queue, p.ours()...)
		}
	}
	return found
}

// listed is what we ask of go list.
type listed struct {
	Dir        string
	ImportPath string
	Name       string
	GoFiles    []string
	Deps       []string
}

func readHouse(t *testing.T) house {
	t.Helper()
	root := filepath.Join("..", "..")
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=Dir,ImportPath,Name,GoFiles,Deps", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		exit, _ := errors.AsType[*exec.ExitError](err)
		t.Fatalf("go list: %v: %s", err, exit.Stderr)
	}
	h := house{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return h
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, module), "/")
		p := pkg{command: l.Name == "main", deps: l.Deps}
		for _, base := range l.GoFiles {
			p.files = append(p.files, readFile(t, filepath.Join(l.Dir, base), path.Join(name, base)))
		}
		h[name] = p
	}
}

func readFile(t *testing.T, full, short string) file {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), full, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := file{path: short, documents: tree.Doc != nil}
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, imported)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			f.asksTime = f.asksTime || ok && x.Name == "time" && n.Sel.Name == "Now"
		case *ast.FuncDecl:
			f.inits = f.inits || n.Name.Name == "init" && n.Recv == nil
		}
		return true
	})
	return f
}
