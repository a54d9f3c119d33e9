package web

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPalettesCanBeRead: whatever colour a programme has.
func TestPalettesCanBeRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		accent := rgb{rapid.Uint8().Draw(t, "r"), rapid.Uint8().Draw(t, "g"), rapid.Uint8().Draw(t, "b")}
		light, dark := palettes(accent.String())
		for _, one := range []struct {
			palette
			scheme
		}{{light, lightScheme}, {dark, darkScheme}} {
			text, on, tint := parse(one.Accent), parse(one.On), parse(one.Tint)
			for name, got := range map[string]float64{
				"on the ground": contrast(text, one.ground), "on the surface": contrast(text, one.surface), "on the tint": contrast(text, tint),
				"upon the accent": contrast(on, text), "pale on the tint": contrast(one.muted, tint),
			} {
				if got < readable {
					t.Errorf("%s makes %+v: %s %.2f", accent, one.palette, name, got)
				}
			}
		}
	})
}

// TestSchemesAreTheTokens: the colours that palettes are measured against are those of
// the pages.
func TestSchemesAreTheTokens(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("src/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(css), "@media")
	for _, one := range []struct {
		text string
		scheme
	}{{light, lightScheme}, {dark, darkScheme}} {
		for name, colour := range map[string]rgb{
			"ground": one.ground, "surface": one.surface, "muted": one.muted,
			"accent": parse(one.own.Accent), "tint": parse(one.own.Tint),
		} {
			if want := "--" + name + ": " + colour.String() + ";"; !strings.Contains(one.text, want) {
				t.Errorf("tokens.css lacks %s", want)
			}
		}
	}
}
