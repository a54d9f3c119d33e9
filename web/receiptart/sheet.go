package receiptart

import (
	"fmt"
	"image"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// style is one of the three sizes that a till prints in.
type style int

const (
	small style = iota
	plain
	big
)

var sizes = [...]float64{small: 16, plain: 20, big: 30}

// leading is the height of a line for each pixel of its letters, in percent.
const leading = 135

// sheet is a text in the fixed-width letters of a till, laid out line by
// line.
type sheet struct {
	width int
	faces [big + 1]font.Face
	rows  []row
}

type row struct {
	style style
	text  string
}

func newSheet(width int) (*sheet, error) {
	s := &sheet{width: width}
	for style, size := range sizes {
		ttf := gomono.TTF
		if style == int(big) {
			ttf = gomonobold.TTF
		}
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		s.faces[style], err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
	}
	return s, nil
}

// columns is how many letters a line holds.
func (s *sheet) columns(st style) int {
	advance, _ := s.faces[st].GlyphAdvance('0')
	return s.width / advance.Ceil()
}

// left prints text, broken between words.
func (s *sheet) left(st style, text string) {
	for _, line := range broken(text, s.columns(st)) {
		s.rows = append(s.rows, row{st, line})
	}
}

// centred prints text in the middle, broken between words.
func (s *sheet) centred(st style, text string) {
	for _, line := range broken(text, s.columns(st)) {
		indent := (s.columns(st) - letters(line)) / 2
		s.rows = append(s.rows, row{st, strings.Repeat(" ", indent) + line})
	}
}

// pair prints one text at the left edge and one at the right.
func (s *sheet) pair(st style, left, right string) {
	space := max(s.columns(st)-letters(left)-letters(right), 1)
	s.rows = append(s.rows, row{st, left + strings.Repeat(" ", space) + right})
}

func (s *sheet) rule() { s.rows = append(s.rows, row{plain, strings.Repeat("-", s.columns(plain))}) }
func (s *sheet) gap()  { s.rows = append(s.rows, row{small, ""}) }

func (r row) height() int { return int(sizes[r.style]) * leading / 100 }

func (s *sheet) height() int {
	sum := 0
	for _, r := range s.rows {
		sum += r.height()
	}
	return sum
}

func (s *sheet) draw(img *image.RGBA, at image.Point) {
	pen := font.Drawer{Dst: img, Src: image.NewUniform(ink)}
	for _, r := range s.rows {
		at.Y += r.height()
		pen.Face = s.faces[r.style]
		pen.Dot = fixed.P(at.X, at.Y-pen.Face.Metrics().Descent.Ceil())
		pen.DrawString(r.text)
	}
}

func letters(text string) int { return len([]rune(text)) }

// broken parts text into lines of at most width letters, between words where
// a word does not fill a line of its own.
func broken(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && letters(line)+1+letters(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
