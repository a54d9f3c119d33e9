package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/card"
	"besedka/dialogs/actions"
	"besedka/flows"
)

// TestCardsDocument checks the example, and the table of statuses against the matrix.
func TestCardsDocument(t *testing.T) {
	t.Parallel()
	blocks := readDoc(t, "docs/cards.md")
	example := blocks[slices.IndexFunc(blocks, func(b block) bool { return b.kind == "yaml" })]
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../flows/testdata/base")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "programme.yaml")
	base, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(string(base)+example.text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, problems := flows.Load(os.DirFS(dir), actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatalf("the example: %s", worded(problems, "ru"))
	}
	if len(p.Cards) != 2 || p.Cards[1].Prefix != "281" || p.Family != (flows.Family{Max: 5, TakeOwn: true}) {
		t.Errorf("read as %+v, %+v", p.Cards, p.Family)
	}
	var got, want [][]string
	for _, row := range table(t, blocks, "| статус") {
		got = append(got, []string{strings.Fields(row[0])[0], row[1], row[2], row[3]})
	}
	said := map[bool]string{true: "да", false: "нет"}
	for _, s := range card.Statuses {
		earn := said[s.Can().Earn]
		if s.Can().Frozen {
			earn += ", баллы заморожены"
		}
		want = append(want, []string{"`" + string(s) + "`", earn, said[s.Can().Spend], said[s.Can().Notify]})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statuses: the document (+) and the program (-) differ:\n%s", diff)
	}
}
