package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/product/catalogue"
	"besedka/core/source"
	"besedka/core/verify/emulator"
	"besedka/flows/programme"
)

// TestCatalogueExamples matches every line of the document by the catalogue above
// it, and runs its command.
func TestCatalogueExamples(t *testing.T) {
	t.Parallel()
	verdicts := map[catalogue.Verdict]string{catalogue.Accepted: "засчитан", catalogue.Unsure: "решает человек", catalogue.Other: "не из каталога"}
	var c *catalogue.Catalogue
	var problems []*source.Problem
	dir, checked := t.TempDir(), 0
	for _, b := range readDoc(t, "docs/catalogue.md") {
		switch {
		case b.kind == "yaml":
			c, problems = catalogue.Parse("catalogue.yaml", []byte(b.text))
			if c != nil {
				standIn(t, dir, b.text)
			}
		case b.kind == "table" && strings.HasPrefix(b.text, "| Строка чека"):
			for _, row := range b.rows() {
				checked++
				m := c.Match(catalogue.Line{Name: row[0]}, nil)
				got := []string{row[0], verdicts[m.Verdict], m.Product, fmt.Sprint(m.Score)}
				if m.Product == "" {
					got[2] = "-"
				}
				if !slices.Equal(got, row) {
					t.Errorf("the document says %q, it is %q", row, got)
				}
			}
		case b.kind == "text" && strings.HasPrefix(b.text, "catalogue.yaml:"):
			checked++
			if diff := cmp.Diff(b.text, worded(problems, "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
		case b.kind == "text":
			checked++
			line, _, _ := strings.Cut(b.text, "\n")
			if diff := cmp.Diff(b.text, besedka(t, "receipts", "match", "--programme", dir, line)); diff != "" {
				t.Errorf("the document (-) and the command (+) differ:\n%s", diff)
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d examples are checked", checked)
	}
}

// standIn lays the shipped programme into dir with another catalogue.
func standIn(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "catalogue.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReceiptsMatch: the shipped catalogue knows its goods, in words and in JSON.
func TestReceiptsMatch(t *testing.T) {
	t.Parallel()
	got := besedka(t, "receipts", "match", "--json", "--gtin", "4600000000114", "ТОВАР")
	want := `{"line":"ТОВАР","product":"молоко_3_2","score":100,"verdict":"accepted","trace":{"v":1,"name":"ТОВАР","gtin":"04600000000114","by":"gtin","product":"молоко_3_2","score":100,"verdict":"accepted"}}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = besedka(t, "receipts", "match", "--lang", "en", "Солянка", "Йогурт Полянка 270г")
	want = "Солянка\n  Not in the catalogue: no brand of it\nЙогурт Полянка 270г\n  йогурт: 100 of 100, counted\n    brand \"полянка\": 50\n    kind \"йогурт\": 25\n    pack 270 г: 25\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestInventedGoodsAreKnown: the goods of the dairy in the receipts that the
// emulator makes up are found by the shipped catalogue, and nothing else is.
func TestInventedGoodsAreKnown(t *testing.T) {
	t.Parallel()
	text, err := programme.Files.ReadFile("catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := catalogue.Parse("catalogue.yaml", text)
	if c == nil {
		t.Fatal(problems[0])
	}
	found := map[string]bool{}
	for i := range int64(60) {
		var r fiscal.Receipt
		if err := json.Unmarshal(emulator.Invent(fiscal.QR{FN: "9289000100000001", FD: 1, FP: 1, Operation: fiscal.Sale, Sum: 150_000 + i}), &r); err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Lines {
			m := c.Match(catalogue.Line{Name: l.Name}, nil)
			if ours := percentOf(l.Name) > 0; ours != (m.Verdict == catalogue.Accepted) || m.Verdict == catalogue.Unsure {
				t.Errorf("%q is %s %s, %d", l.Name, m.Verdict, m.Product, m.Score)
			}
			found[m.Product] = true
		}
	}
	if len(found) < 10 { // and none
		t.Errorf("found only %v", found)
	}
}
