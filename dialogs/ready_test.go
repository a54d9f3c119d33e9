package dialogs

import (
	"slices"
	"strings"
	"testing"

	"besedka/flows"
	"besedka/locales"
)

// Every reason but those that nothing is known of has words in each language.
func TestReadyWords(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	for _, typ := range flows.Reasons {
		for _, reason := range typ {
			all[reason] = true
		}
	}
	s := &step{Step: &flows.Step{Expect: &flows.Expect{Min: 2, Max: 3, Range: &flows.Range{From: 1, To: 5}}}}
	for reason := range all {
		if bare := slices.Contains([]string{"no_such_option", "no_match", "not_text"}, reason); readyReasons[reason] == bare {
			t.Errorf("%s: ready words %v", reason, readyReasons[reason])
		}
		for _, lang := range locales.Languages {
			if key := "answer." + reason; readyReasons[reason] {
				text := locales.BuiltIn().Printer(lang).Text(key, bounds(s))
				if text == key || strings.Contains(text, "{") {
					t.Errorf("%s in %s: %q", reason, lang, text)
				}
			}
		}
	}
	if len(all) != len(readyReasons)+3 {
		t.Error("there are words for a reason that no type refuses for")
	}
}
