package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	qrcode "github.com/skip2/go-qrcode"
)

const fiscalText = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"

// besedka runs the command line and returns what it printed.
func besedka(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	if code := run(t.Context(), args, &out, &problems); code != 0 {
		t.Fatalf("besedka %q: exit %d: %s", args, code, problems.String())
	}
	return out.String()
}

// drawn is the file of a picture of a QR code.
func drawn(t *testing.T, name, text string) string {
	t.Helper()
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, code.Image(300)); err != nil {
		t.Fatal(err)
	}
	return written(t, name, b.Bytes())
}

func written(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReceiptsDecode: a line for every file, whatever is in it.
func TestReceiptsDecode(t *testing.T) {
	t.Parallel()
	files := []string{
		drawn(t, "receipt.png", fiscalText),
		filepath.Join(t.TempDir(), "missing.png"),
		drawn(t, "advert.png", "two\nlines\tand \\ more"),
		written(t, "letter.txt", []byte("hello")),
	}
	want := fiscalText + "\n\n" + `two\nlines\tand \\ more` + "\n\n"
	if got := besedka(t, append([]string{"receipts", "decode"}, files...)...); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	timed := regexp.MustCompile(`^#ms=\d+\.\d\t` + regexp.QuoteMeta(fiscalText) + "\n$")
	if got := besedka(t, "receipts", "decode", "--ms", files[0]); !timed.MatchString(got) {
		t.Errorf("with --ms: got %q", got)
	}
}

func TestReceiptsParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		fiscalText:                              `{"ok":true,"country":"RU","t":"2026-03-01T12:30","sumKopecks":128450,"fn":"7284440500123456","fd":4711,"fp":3141592653,"n":1,"sumAmbiguous":false}` + "\n",
		fiscalText[:len(fiscalText)-1] + "2":    `{"ok":false,"reason":"wrong_operation","country":"RU","t":"2026-03-01T12:30","sumKopecks":128450,"fn":"7284440500123456","fd":4711,"fp":3141592653,"n":2,"sumAmbiguous":false}` + "\n",
		"https://ofd.soliq.uz/check?t=UZ1&r=20": `{"ok":false,"reason":"foreign_receipt","country":"UZ"}` + "\n",
		"":                                      `{"ok":false,"reason":"not_fiscal"}` + "\n",
	} {
		if got := besedka(t, "receipts", "parse", "--json", text); got != want {
			t.Errorf("parse %q:\n got %swant %s", text, got, want)
		}
	}
	if got := besedka(t, "receipts", "parse", fiscalText); got != fiscalText+"\n" {
		t.Errorf("without --json: got %q", got)
	}
}

// TestReceiptsParseCorpus: the JSON says of real texts what is known of them.
func TestReceiptsParseCorpus(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../shared/data/fiscal/qr/qr-strings.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("SKIPPED: the corpus of fiscal texts is not here")
	}
	var cases []struct {
		Raw, Country string
		Expect       map[string]any
	}
	if err := errors.Join(err, json.Unmarshal(data, &cases)); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var got map[string]any
		if err := json.Unmarshal([]byte(besedka(t, "receipts", "parse", "--json", c.Raw)), &got); err != nil {
			t.Fatal(err)
		}
		c.Expect["country"] = c.Country
		if !reflect.DeepEqual(got, c.Expect) {
			t.Errorf("parse %q:\n got %v\nwant %v", c.Raw, got, c.Expect)
		}
	}
}
