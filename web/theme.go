package web

import (
	"fmt"
	"math"
	"strconv"
)

// palette is the accent of one colour scheme: of buttons and links, of what is written
// on it, and of the ground of the shopper's words.
type palette struct {
	Accent string `json:"accent"`
	On     string `json:"on"`
	Tint   string `json:"tint"`
}

func (p palette) css() string {
	return fmt.Sprintf("--accent:%s;--on-accent:%s;--tint:%s", p.Accent, p.On, p.Tint)
}

// scheme is what a palette has to be read upon; tokens.css has the same colours.
type scheme struct {
	own             palette
	ground, surface rgb
	muted           rgb // the palest text upon a tint
	end             rgb // towards which an accent goes until it can be read
	on              rgb // what is written on the accent
}

var (
	lightScheme = scheme{
		own: palette{"#0b6e5f", "#ffffff", "#e0ede7"}, ground: parse("#f5f4f1"), surface: parse("#fffefb"),
		muted: parse("#6b665c"), end: rgb{0, 0, 0}, on: rgb{255, 255, 255},
	}
	darkScheme = scheme{
		own: palette{"#54c7b0", "#10211d", "#1d3630"}, ground: parse("#151614"), surface: parse("#1c1e1b"),
		muted: parse("#a3a196"), end: rgb{255, 255, 255}, on: rgb{0, 0, 0},
	}
)

// palettes are those of an accent, #rrggbb; of "", our own. Whatever the accent is, all
// that is written in them can be read: the hue stays, its lightness gives way.
func palettes(accent string) (light, dark palette) {
	if accent == "" {
		return lightScheme.own, darkScheme.own
	}
	return lightScheme.of(parse(accent)), darkScheme.of(parse(accent))
}

// readable is the contrast that text has to have: WCAG 2.2, 1.4.3.
const readable = 4.5

const steps = 50 // of a mixture

func (s scheme) of(accent rgb) palette {
	tint := s.surface
	for i := range steps { // the strongest that the palest text can be read upon
		if paler := accent.mix(s.surface, 0.86+float64(i)*0.14/steps); contrast(s.muted, paler) >= readable {
			tint = paler
			break
		}
	}
	text := accent
	for i := 0; i <= steps && !s.reads(text, tint); i++ {
		text = accent.mix(s.end, float64(i)/steps)
	}
	return palette{text.String(), s.on.String(), tint.String()}
}

// reads says whether words in a colour are read wherever they stand, and words upon it.
func (s scheme) reads(text, tint rgb) bool {
	return min(contrast(text, s.ground), contrast(text, s.surface), contrast(text, tint), contrast(text, s.on)) >= readable
}

type rgb struct{ r, g, b uint8 }

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

// parse reads #rrggbb, whose form the check has seen to.
func parse(hex string) rgb {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

// mix is c with so much of another colour in it, 0 to 1.
func (c rgb) mix(other rgb, share float64) rgb {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return rgb{part(c.r, other.r), part(c.g, other.g), part(c.b, other.b)}
}

// contrast of two colours, 1 to 21: WCAG 2.2, contrast ratio.
func contrast(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is relative to white: WCAG 2.2.
func (c rgb) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}
