package locales

import (
	stdcmp "cmp"
	"errors"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogue(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	first := c.Printer(Languages[0])
	for _, lang := range Languages {
		p := c.Printer(lang)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(first.texts)), slices.Sorted(maps.Keys(p.texts))); diff != "" {
			t.Errorf("%s and %s have different keys:\n%s", first.lang, lang, diff)
		}
		for key, text := range p.texts {
			if diff := cmp.Diff(first.texts[key].Names(), text.Names()); diff != "" {
				t.Errorf("%s: %s has other placeholders than in %s:\n%s", lang, key, first.lang, diff)
			}
			for _, slot := range text.Placeholders() {
				if n := len(slot.Forms); n != 0 && !FormsFit(lang, n) {
					t.Errorf("%s: %s: %d plural forms, want %d", lang, key, n, PluralForms(lang))
				}
			}
		}
	}
}

func has(p *Printer, key string) bool {
	_, ok := p.texts[key]
	return ok
}

// used finds the keys that Go code asks a Printer for.
var used = regexp.MustCompile(`\.Text\("([a-z_]+\.[a-z0-9_.]*[a-z0-9_])"`)

func TestKeysThatCodeAsksForExist(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return stdcmp.Or(err, fs.SkipDir)
		}
		if !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range used.FindAllSubmatch(source, -1) {
			if key := string(m[1]); !has(c.Printer("ru"), key) {
				t.Errorf("%s: there is no text %s", path, key)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	day := Date(time.Date(2026, 5, 3, 23, 59, 0, 0, time.FixedZone("", 3*60*60)))
	tests := []struct {
		text string
		arg  Arg
		ru   string
		en   string
	}{
		{"привет, {x}!", Text("Анна"), "привет, Анна!", "привет, Анна!"},
		{"{x}", Money(128450), "1_284,50_₽", "1,284.50_₽"},
		{"{x}", Money(30000), "300_₽", "300_₽"},
		{"{x}", Money(100000005), "1_000_000,05_₽", "1,000,000.05_₽"},
		{"{x}", Money(-5), "−0,05_₽", "−0.05_₽"},
		{"{x|деньги}", Exact(big.NewRat(1284505, 10)), "128_450,5_₽", "128,450.5_₽"},
		{"{x|число}", Money(128450), "1_284,50", "1,284.50"},
		{"{x}", Exact(big.NewRat(64225, 1000)), "64,225", "64.225"},
		{"{x}", Count(100), "100", "100"},
		{"{x|год}", Count(1990), "1990", "1990"},
		{"{x|дата}", day, "3 мая 2026", "3 May 2026"},
		{"{x}", day, "3 мая 2026", "3 May 2026"},
		{"{x|ДД.ММ.ГГГГ}", day, "03.05.2026", "2026-05-03"},
		{"{{{x}}}", Count(1), "{1}", "{1}"},
		{"{x|рад|рада|?}", Text("female"), "рада", "рада"},
		{"{x|рад|рада}", Text("male"), "рад", "рад"},
		{"{y}", Count(1), "", ""},
		{"{x|балла|баллов|баллов|балла}", Points(6643), "балла", "баллов"},
		{"{x|балла|баллов|баллов|балла}", Points(6600), "баллов", "баллов"},
		{"{x|балла|баллов|баллов|балла}", Points(6100), "балла", "баллов"},
		{"{x|балл|балла|баллов}", Points(6643), "балла", "балла"},
	}
	for _, tt := range tests {
		parsed, err := ParseText(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		lookup := func(name string) (Arg, bool) { return tt.arg, name == "x" }
		for lang, want := range map[string]string{"ru": tt.ru, "en": tt.en} {
			got := strings.ReplaceAll(parsed.Render(lookup, lang), narrow, "_")
			if got != want {
				t.Errorf("%s in %s: got %q, want %q", tt.text, lang, got, want)
			}
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		minor  int64
		ru, en string
	}{
		{0, "0 бонусов", "0 bonuses"},
		{100, "1 бонус", "1 bonus"},
		{200, "2 бонуса", "2 bonuses"},
		{500, "5 бонусов", "5 bonuses"},
		{1100, "11 бонусов", "11 bonuses"},
		{2100, "21 бонус", "21 bonuses"},
		{11200, "112 бонусов", "112 bonuses"},
		{12200, "122 бонуса", "122 bonuses"},
		{6422, "64,22 бонуса", "64.22 bonuses"},
		{150, "1,50 бонуса", "1.50 bonuses"},
		{-100, "−1 бонус", "−1 bonus"},
	}
	for _, tt := range tests {
		if got := c.Printer("ru").Points(tt.minor); got != tt.ru {
			t.Errorf("got %q, want %q", got, tt.ru)
		}
		if got := c.Printer("en").Points(tt.minor); got != tt.en {
			t.Errorf("got %q, want %q", got, tt.en)
		}
	}
}

func TestSyntaxErrorsPointAtTheBrace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"да {": 3, "}": 0, "ой {x": 3, "{x|много}": 0, "а {}": 2, "{1x}": 0, "{a{b}": 0, "{x.}": 0, "ok {x} {y y}": 7} {
		_, err := ParseText(text)
		var bad *SyntaxError
		if !errors.As(err, &bad) || bad.Offset != want {
			t.Errorf("ParseText(%q) = %v, want an error at %d", text, err, want)
		}
	}
}

func FuzzParseText(f *testing.F) {
	f.Add("a {x|балл|балла|баллов} {{ {at|дата}")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := ParseText(text)
		var bad *SyntaxError
		if errors.As(err, &bad) && (bad.Offset < 0 || bad.Offset >= utf8.RuneCountInString(text)) {
			t.Errorf("offset %d outside %q", bad.Offset, text)
		}
		for _, arg := range []Arg{Text("x"), Money(-1), Date(time.Time{})} {
			parsed.Render(func(string) (Arg, bool) { return arg, true }, "ru")
		}
	})
}
