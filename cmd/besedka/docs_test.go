package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"besedka/storage/storagetest"
)

// Here the documents are held to the program: what they name exists, what they
// list is complete. Their examples are executed in docs_examples_test.go.

// A block is a part of a document.
type block struct {
	kind string // heading, prose, table, or the language of a fenced block
	text string // lines; of a table without its head
}

// readDoc reads a document by its path below the module's root.
func readDoc(t *testing.T, name string) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	fenced := false
	for line := range strings.Lines(string(text)) {
		kind, fence := "prose", strings.HasPrefix(line, "```")
		switch {
		case fence && !fenced:
			kind, line = strings.TrimSpace(line[3:]), ""
		case fence:
			fenced = false
			continue
		case fenced:
			blocks[len(blocks)-1].text += line
			continue
		case strings.HasPrefix(line, "#"):
			kind = "heading"
		case strings.HasPrefix(line, "|"):
			kind = "table"
		}
		fenced = fence
		if last := len(blocks) - 1; kind == "table" && last >= 0 && blocks[last].kind == kind {
			blocks[last].text += line
			continue
		}
		blocks = append(blocks, block{kind, line})
	}
	return blocks
}

// rows are the cells of a table, without its head.
func (b block) rows() (rows [][]string) {
	for line := range strings.Lines(b.text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		for i, c := range cells {
			cells[i] = strings.TrimSpace(c)
		}
		rows = append(rows, cells)
	}
	return rows[2:]
}

// table is the rows of the document's table whose head begins so.
func table(t *testing.T, blocks []block, head string) [][]string {
	t.Helper()
	for _, b := range blocks {
		if b.kind == "table" && strings.HasPrefix(b.text, head) {
			return b.rows()
		}
	}
	t.Fatalf("there is no table %q", head)
	return nil
}

var documents = []string{"README.md", "README.en.md", "docs/operations.md", "docs/campaigns.md", "docs/catalogue.md", "docs/prizes.md", "docs/api.md", "docs/language.md", "docs/emulator.md"}

var (
	commandRe = regexp.MustCompile("(?m)(?:^|[ /=`])besedka ([a-z][^`\n]*)")
	makeRe    = regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)")
	linkRe    = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

func TestDocumentsNameWhatExists(t *testing.T) {
	t.Parallel()
	root := commandLine(t)
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range commandRe.FindAllSubmatch(text, -1) {
			if err := exists(root, strings.Fields(string(m[1]))); err != nil {
				t.Errorf("%s: besedka %s: %v", name, m[1], err)
			}
		}
		for _, m := range makeRe.FindAllSubmatch(text, -1) {
			if !bytes.Contains(makefile, []byte("\n"+string(m[1])+":")) {
				t.Errorf("%s: there is no make %s", name, m[1])
			}
		}
		for _, m := range linkRe.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", "..", filepath.Dir(name), string(m[1]))); err != nil {
				t.Errorf("%s: a link leads nowhere: %v", name, err)
			}
		}
	}
}

func commandLine(t *testing.T) *kong.Node {
	t.Helper()
	k, err := kong.New(&cli{}, kong.Name("besedka"), kong.DefaultEnvars("BESEDKA"))
	if err != nil {
		t.Fatal(err)
	}
	return k.Model.Node
}

// exists says which command or flag of a command line there is not.
func exists(at *kong.Node, words []string) error {
	for len(words) > 0 && len(at.Children) > 0 {
		i := slices.IndexFunc(at.Children, func(n *kong.Node) bool { return n.Name == words[0] })
		if i < 0 {
			return fmt.Errorf("there is no %s", words[0])
		}
		at, words = at.Children[i], words[1:]
	}
	for _, w := range words {
		name, _, _ := strings.Cut(strings.TrimPrefix(w, "--"), "=")
		known := slices.ContainsFunc(at.Flags, func(f *kong.Flag) bool { return f.Name == name })
		if strings.HasPrefix(w, "--") && !known {
			return fmt.Errorf("there is no %s", w)
		}
	}
	return nil
}

// TestConfigurationTable holds the table to the flags of serve: their names,
// variables, files of secrets, defaults.
func TestConfigurationTable(t *testing.T) {
	t.Parallel()
	got, want := map[string][]string{}, map[string][]string{}
	code := func(cell string) string { return strings.ReplaceAll(cell, "`", "") }
	for _, row := range table(t, readDoc(t, "docs/operations.md"), "| флаг") {
		got[code(row[0])] = []string{code(row[1]), code(row[2])}
	}
	serve := commandLine(t).Children[0]
	for _, f := range serve.Flags {
		if f.Name == "help" {
			continue
		}
		variables := f.Envs
		if f.Target.Type() == reflect.TypeFor[secret]() {
			variables = append(slices.Clone(variables), variables[0]+"_FILE")
		}
		byDefault := f.Default + f.PlaceHolder
		if byDefault == "" {
			byDefault = "-"
		}
		want["--"+f.Name] = []string{strings.Join(variables, ", "), byDefault}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/operations.md (+) and besedka serve --help (-) differ:\n%s", diff)
	}
}

// TestSecretsInFiles asks for a file that is not there: whoever does not look
// for it runs without the secret.
func TestSecretsInFiles(t *testing.T) {
	for _, name := range secrets {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name+"_FILE", filepath.Join(t.TempDir(), "nothing"))
			var out, told bytes.Buffer
			if code := run(t.Context(), []string{"licences"}, &out, &told); code != 1 || !strings.Contains(told.String(), name+"_FILE") {
				t.Errorf("without the file: %d %q", code, told.String())
			}
		})
	}
}

// TestOperationsNameAllSigns finds in the sources what an operator sees from
// outside, and each of it in the document.
func TestOperationsNameAllSigns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for pattern, files := range map[string]string{
		`Name: "(besedka_\w+)"`:       "../../web/*.go",
		`NewDesc\("(besedka_\w+)"`:    "metrics.go",
		`{Name: "(\w+)", Run:`:        "pages.go",
		`(?m)^\t\w+ +Class = "(\w+)"`: "../../core/verify/class.go",
	} {
		names := sourceNames(t, files, regexp.MustCompile(pattern))
		if len(names) == 0 {
			t.Errorf("%s finds nothing in %s", pattern, files)
		}
		for _, name := range names {
			if !bytes.Contains(text, []byte("`"+name+"`")) {
				t.Errorf("docs/operations.md does not name `%s`", name)
			}
		}
	}
}

func sourceNames(t *testing.T, glob string, re *regexp.Regexp) (names []string) {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range re.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	return names
}

// TestQueriesOfOperations runs the queries that the document offers.
func TestQueriesOfOperations(t *testing.T) {
	t.Parallel()
	db, ran := storagetest.DB(t), 0
	for _, b := range readDoc(t, "docs/operations.md") {
		if b.kind != "sql" {
			continue
		}
		ran++
		if _, err := db.Exec(t.Context(), b.text); err != nil {
			t.Errorf("%s: %v", b.text, err)
		}
	}
	if ran == 0 {
		t.Error("the document has no queries")
	}
}
