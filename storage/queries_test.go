package storage_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"besedka/storage/storagetest"
)

// query is a constant q... of the house: one statement with $n parameters.
type query struct{ name, sql string }

var (
	queryName = regexp.MustCompile(`^q[A-Z]`)
	ownClock  = regexp.MustCompile(`(?i)\b(now\(\)|current_(timestamp|date|time)|localtime)`)
)

// TestEveryQueryIsPrepared gives every SQL constant of the repository to the
// migrated schema: no table, column, type or parameter is misspelt, and the
// time comes from the caller (leases alone use clock_timestamp).
func TestEveryQueryIsPrepared(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), storagetest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	all := queries(t, "..")
	if len(all) == 0 {
		t.Fatal("found no queries")
	}
	for _, q := range all {
		if _, err := conn.Prepare(t.Context(), q.name, q.sql); err != nil {
			t.Errorf("%s: %v", q.name, err)
		}
		if word := ownClock.FindString(q.sql); word != "" {
			t.Errorf("%s: %s: time is given", q.name, word)
		}
	}
}

func queries(t *testing.T, root string) (all []query) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "var") {
			return fs.SkipDir
		}
		all = append(all, queriesIn(t, path)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// queriesIn type-checks a folder without its imports: that is enough to
// compute constants that are put together from others.
func queriesIn(t *testing.T, dir string) (found []query) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	fset := token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := types.Info{Defs: map[*ast.Ident]types.Object{}}
	lenient := types.Config{Error: func(error) {}}
	_, _ = lenient.Check(dir, fset, files, &info) // the imports are missing
	for id, def := range info.Defs {
		c, ok := def.(*types.Const)
		if !ok || !queryName.MatchString(id.Name) {
			continue
		}
		name := fset.Position(id.Pos()).String() + ": " + id.Name
		if c.Val().Kind() != constant.String {
			t.Errorf("%s is not a string that this package alone can tell", name)
			continue
		}
		found = append(found, query{name, constant.StringVal(c.Val())})
	}
	return found
}
