package author

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"besedka/locales"
)

var asked = regexp.MustCompile(`v\.(?:T|With|count|named)\("([a-z_.0-9]+)"`)

// TestWordsExist finds the texts that the page asks for by name.
func TestWordsExist(t *testing.T) {
	t.Parallel()
	words, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.*")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			found++
			if key := "author." + m[1]; !strings.HasSuffix(key, ".") && words.Printer("en").Text(key, nil) == key {
				t.Errorf("%s asks for %s", name, key)
			}
		}
	}
	v := view{Lang: "en", words: words.Printer("en")}
	for key, text := range v.scriptWords() {
		if text == "author.script."+key {
			t.Errorf("there is no text %s", key)
		}
	}
	if found < 80 {
		t.Errorf("only %d texts are asked for", found)
	}
}
