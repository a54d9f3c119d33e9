package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/partner/book"
	"besedka/core/source"
	"besedka/core/verify/emulator"
	"besedka/flows/programme"
)

// TestPartnersExamples places every receipt of the document by the partners above it,
// and runs its commands.
func TestPartnersExamples(t *testing.T) {
	t.Parallel()
	var b *book.Book
	var problems []*source.Problem
	dir, checked := t.TempDir(), 0
	var files string
	for _, part := range readDoc(t, "docs/partners.md") {
		switch {
		case part.kind == "yaml":
			if b, problems = book.Parse("partners.yaml", []byte(part.text)); b != nil {
				if err := os.CopyFS(dir, programme.Files); err != nil {
					t.Fatal(err)
				}
				layFile(t, filepath.Join(dir, "partners.yaml"), part.text)
			}
		case part.kind == "json":
			files = filepath.Join(t.TempDir(), "чек.json")
			layFile(t, files, part.text)
		case part.kind == "csv":
			files = filepath.Join(t.TempDir(), "магазины.csv")
			layFile(t, files, part.text)
		case part.kind == "table" && strings.HasPrefix(part.text, "| ИНН"):
			for _, row := range part.rows() {
				checked++
				if got := placedRow(t, b, row); !slices.Equal(got, row) {
					t.Errorf("the document says %q, it is %q", row, got)
				}
			}
		case part.kind == "text" && strings.HasPrefix(part.text, "partners.yaml:"):
			checked++
			if diff := cmp.Diff(part.text, worded(problems, "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
		case part.kind == "text":
			checked++
			command := []string{"partners", "import", "--programme", dir, "--dry-run", files}
			if strings.HasSuffix(files, ".json") {
				command = []string{"receipts", "place", "--programme", dir, files}
			}
			got := strings.Replace(besedka(t, command...), files, filepath.Base(files), 1)
			if diff := cmp.Diff(part.text, got); diff != "" {
				t.Errorf("the document (-) and the command (+) differ:\n%s", diff)
			}
		}
	}
	if checked < 14 {
		t.Errorf("only %d examples are checked", checked)
	}
}

func layFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// placedRow is a row of the document's table as the receipt of its first cells gives it.
func placedRow(t *testing.T, b *book.Book, row []string) []string {
	t.Helper()
	at, err := fiscal.ParseCivil("2026-05-03T12:00")
	if err != nil {
		t.Fatal(err)
	}
	cell := func(i int) string { return strings.TrimPrefix(row[i], "-") }
	m := b.Match(fiscal.Receipt{INN: cell(0), Till: cell(1), Address: cell(2), Place: cell(3), Time: fiscal.Stamp{Local: at}}, nil)
	var trace struct{ By string }
	if err := json.Unmarshal(m.Trace, &trace); err != nil {
		t.Fatal(err)
	}
	store := m.Store
	if store == "" {
		store = "-"
	}
	verdict := map[book.Verdict]string{book.Accepted: "узнан", book.Unsure: "решает человек", book.Other: "чужой"}[m.Verdict]
	by := map[string]string{"till": "касса", "address": "адрес", "name": "вывеска", "sole": "ИНН", "nothing": "-"}[trace.By]
	return append(slices.Clone(row[:4]), verdict, store, by)
}

// TestInventedShopIsKnown: the shop of the receipts that the emulator makes up is a
// store of the shipped programme, by its till and without it.
func TestInventedShopIsKnown(t *testing.T) {
	t.Parallel()
	text, err := programme.Files.ReadFile("partners.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, problems := book.Parse("partners.yaml", text)
	if b == nil {
		t.Fatal(problems[0])
	}
	var r fiscal.Receipt
	if err := json.Unmarshal(emulator.Invent(fiscal.QR{FN: "9289000100000001", FD: 1, FP: 1, Operation: fiscal.Sale, Sum: 150_000}), &r); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if m := b.Match(r, nil); m.Store != "u_polyanki_msk" || m.Format != "магазин" {
			t.Errorf("%+v", m.Place)
		}
		r.Till = ""
	}
	r.INN, r.Address, r.Place = "7707083893", "Кострома, ул. Мира, 1", ""
	if m := b.Match(r, nil); m.Verdict != book.Other {
		t.Errorf("a shop of somebody else is %s", m.Verdict)
	}
}

// TestPartnersImport: what is written is what the dry run told, and the programme reads
// it; a mistake writes nothing.
func TestPartnersImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	table, path := filepath.Join(t.TempDir(), "t.csv"), filepath.Join(dir, "partners.yaml")
	layFile(t, table, "partner,store,address,zone\nlavka,lavka_omsk,\"Омск, Мира, 7\",Asia/Omsk\n")
	before := slurp(t, path)
	told := besedka(t, "partners", "import", "--lang", "en", "--programme", dir, "--dry-run", table)
	if told != "+ lavka/lavka_omsk\nchanges: 1, nothing is written\n" || slurp(t, path) != before {
		t.Errorf("dry run: %q", told)
	}
	if told := besedka(t, "partners", "import", "--json", "--programme", dir, table); told != `[{"partner":"lavka","store":"lavka_omsk"}]`+"\n" {
		t.Errorf("import: %q", told)
	}
	want := before + "      lavka_omsk:\n        address: \"Омск, Мира, 7\"\n        zone: \"Asia/Omsk\"\n"
	want = strings.Replace(want, `"Asia/Omsk"`, "Asia/Omsk", 1)
	if diff := cmp.Diff(want, slurp(t, path)); diff != "" {
		t.Error(diff)
	}
	besedka(t, "flows", "check", dir)
	left, err := filepath.Glob(filepath.Join(dir, ".partners-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func slurp(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
