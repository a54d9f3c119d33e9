package main

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"besedka/core/chat"
	"besedka/core/source"
	"besedka/flows"
)

// poster is one sheet of A4 with one code.
type poster struct {
	name, title, how string
	url              string
	place            string // small, for whoever hangs it up
	code             [][]bool
	err              error
}

// Millimetres of the sheet.
const (
	sheetWidth  = 210.0
	sheetHeight = 297.0
	sheetMargin = 20.0
	codeSide    = 120.0 // with its quiet zone: read from two metres
	codeTop     = 96.0
)

// titles of messengers, as people call them.
var channelTitles = map[chat.Channel]source.Text{
	chat.Webchat:  {Ru: "чат на сайте", En: "the chat on our site"},
	chat.Telegram: {Ru: "чат в Telegram", En: "the chat in Telegram"},
	chat.WhatsApp: {Ru: "чат в WhatsApp", En: "the chat in WhatsApp"},
	chat.Max:      {Ru: "чат в MAX", En: "the chat in MAX"},
}

func newPoster(p *flows.Programme, l entryLink, lang string) poster {
	if p.Name[lang] == "" {
		lang = p.Base()
	}
	to, known := channelTitles[l.Channel]
	if !known {
		to = source.Text{Ru: "чат", En: "the chat"}
	}
	how := source.Sentence("Наведите камеру телефона на код: откроется %s", "Point your phone's camera at the code: it opens %s", to.In(lang)).In(lang)
	s := poster{name: p.Name[lang], title: p.Home.Title[lang], how: how, url: l.URL, place: fmt.Sprintf("%s · %s", l.Name, l.Code)}
	code, err := qrcode.New(l.URL, qrcode.Medium)
	if err != nil {
		s.err = err
		return s
	}
	s.code = code.Bitmap()
	return s
}

// draw is the sheet as pdf or svg.
func (s poster) draw(format string) ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	if format == "svg" {
		return s.svg(), nil
	}
	return s.pdf()
}

// modules calls do with the place of each dark square, and its side.
func (s poster) modules(do func(x, y, side float64)) {
	side := codeSide / float64(len(s.code))
	for y, row := range s.code {
		for x, dark := range row {
			if dark {
				do((sheetWidth-codeSide)/2+float64(x)*side, codeTop+float64(y)*side, side)
			}
		}
	}
}

// pdf sets the sheet in the Go fonts, which have Cyrillic and are free.
func (s poster) pdf() ([]byte, error) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetMargins(sheetMargin, sheetMargin, sheetMargin)
	doc.SetAutoPageBreak(false, 0)
	doc.AddUTF8FontFromBytes("go", "", goregular.TTF)
	doc.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	doc.AddPage()
	text := func(y float64, style string, size, lead float64, words string) {
		doc.SetFont("go", style, size)
		doc.SetXY(sheetMargin, y)
		doc.MultiCell(sheetWidth-2*sheetMargin, lead, words, "", "C", false)
	}
	text(24, "", 20, 9, s.name)
	text(42, "B", fitted(s.title), fitted(s.title)*0.45, s.title)
	doc.SetFillColor(0, 0, 0)
	s.modules(func(x, y, side float64) { doc.Rect(x, y, side, side, "F") })
	text(codeTop+codeSide+8, "", 18, 8.5, s.how)
	text(codeTop+codeSide+30, "", 11, 5.5, s.url)
	text(sheetHeight-14, "", 8, 4, s.place)
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// fitted is the size of type at which a title takes three lines at most.
func fitted(title string) float64 {
	switch n := len([]rune(title)); {
	case n <= 45:
		return 36
	case n <= 90:
		return 28
	}
	return 20
}

// svg is the sheet for a designer: words stay words, the code is one path.
func (s poster) svg() []byte {
	var path strings.Builder
	s.modules(func(x, y, side float64) {
		fmt.Fprintf(&path, "M%.3f %.3fh%.3fv%.3fh-%.3fz", x, y, side, side, side)
	})
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 %g %g" font-family="sans-serif" text-anchor="middle">`+"\n", sheetWidth, sheetHeight)
	fmt.Fprintf(&b, `<rect width="%g" height="%g" fill="#fff"/>`+"\n", sheetWidth, sheetHeight)
	for _, t := range []struct {
		y, size float64
		words   string
	}{{30, 7, s.name}, {60, fitted(s.title) / 4, s.title}, {codeTop + codeSide + 14, 5.5, s.how}, {codeTop + codeSide + 34, 4, s.url}, {sheetHeight - 10, 3, s.place}} {
		fmt.Fprintf(&b, `<text x="%g" y="%g" font-size="%g">%s</text>`+"\n", sheetWidth/2, t.y, t.size, html.EscapeString(t.words))
	}
	fmt.Fprintf(&b, `<path d="%s"/>`+"\n</svg>\n", path.String())
	return b.Bytes()
}
