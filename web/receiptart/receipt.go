package receiptart

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"time"

	"github.com/skip2/go-qrcode"

	"besedka/core/fiscal"
)

// The paper is 80 mm wide at 203 dots an inch: the commonest till roll.
const (
	paperWidth = 576
	margin     = 36  // from the text to the edge of the paper
	around     = 56  // from the paper to the edge of the picture
	qrSide     = 264 // of the QR with its quiet zone
	tooth      = 10  // of the torn edge
)

var (
	table = color.RGBA{0xd8, 0xcf, 0xbf, 0xff}
	shade = color.RGBA{0xc6, 0xbb, 0xa8, 0xff}
	paper = color.RGBA{0xfd, 0xfc, 0xf8, 0xff}
	ink   = color.RGBA{0x22, 0x21, 0x20, 0xff}
)

// Receipt draws r with qr as its code, or torn off above the code when qr is
// empty.
func Receipt(r fiscal.Receipt, qr string) (image.Image, error) {
	words, err := compose(r)
	if err != nil {
		return nil, err
	}
	height := words.height() + 2*margin
	if qr != "" {
		height += qrSide
	}
	img := image.NewRGBA(image.Rect(0, 0, paperWidth+2*around, height+2*around))
	draw.Draw(img, img.Bounds(), image.NewUniform(table), image.Point{}, draw.Src)
	sheet := image.Rect(around, around, around+paperWidth, around+height)
	tear(img, sheet.Add(image.Pt(6, 8)), shade)
	tear(img, sheet, paper)
	words.draw(img, sheet.Min.Add(image.Pt(margin, margin)))
	if qr == "" {
		return img, nil
	}
	at := image.Pt(sheet.Min.X+(paperWidth-qrSide)/2, sheet.Max.Y-margin/2-qrSide)
	return img, drawQR(img, at, qr)
}

// tear fills a sheet whose short edges are torn along a saw.
func tear(img *image.RGBA, sheet image.Rectangle, c color.RGBA) {
	fill := image.NewUniform(c)
	draw.Draw(img, image.Rect(sheet.Min.X, sheet.Min.Y+tooth, sheet.Max.X, sheet.Max.Y-tooth), fill, image.Point{}, draw.Src)
	for x := sheet.Min.X; x < sheet.Max.X; x++ {
		bite := (x - sheet.Min.X) % (2 * tooth)
		bite = max(bite, 2*tooth-bite) - tooth
		draw.Draw(img, image.Rect(x, sheet.Min.Y+bite, x+1, sheet.Min.Y+tooth), fill, image.Point{}, draw.Src)
		draw.Draw(img, image.Rect(x, sheet.Max.Y-tooth, x+1, sheet.Max.Y-bite), fill, image.Point{}, draw.Src)
	}
}

func drawQR(img draw.Image, at image.Point, text string) error {
	code, err := qrcode.New(text, qrcode.Medium) // tills print level M or lower
	if err != nil {
		return fmt.Errorf("draw QR: %w", err)
	}
	code.ForegroundColor, code.BackgroundColor = ink, paper
	square := image.Rectangle{Min: at, Max: at.Add(image.Pt(qrSide, qrSide))}
	draw.Draw(img, square, code.Image(qrSide), image.Point{}, draw.Src)
	return nil
}

// compose lays out the requisites in the order of a printed receipt (Federal
// Law 54, article 4.7).
func compose(r fiscal.Receipt) (*sheet, error) {
	s, err := newSheet(paperWidth - 2*margin)
	if err != nil {
		return nil, err
	}
	s.centred(big, r.Seller)
	s.centred(small, r.Address)
	s.centred(small, "ИНН "+r.INN)
	s.rule()
	s.pair(plain, "КАССОВЫЙ ЧЕК", "ПРИХОД")
	s.rule()
	for _, line := range r.Lines {
		s.left(plain, line.Name)
		s.pair(plain, "  "+line.Quantity.String()+" × "+rubles(line.Price), rubles(line.Sum))
	}
	s.rule()
	s.pair(big, "ИТОГ", "="+rubles(r.Total))
	s.pair(small, "БЕЗНАЛИЧНЫМИ", "="+rubles(r.Cashless))
	s.gap()
	s.pair(small, "ФН "+r.FN, "ФД "+fmt.Sprint(r.FD))
	s.pair(small, "ФП "+fmt.Sprint(r.FP), printed(r.QR().Time))
	s.centred(small, "ДЕМОНСТРАЦИЯ. НЕ ЯВЛЯЕТСЯ ФИСКАЛЬНЫМ ДОКУМЕНТОМ")
	return s, nil
}

// printed is a till's clock as it prints it: 22.11.2026 18:04.
func printed(at fiscal.Civil) string { return at.In(time.UTC).Format("02.01.2006 15:04") }

// rubles prints kopecks the way tills do: 1284.50.
func rubles(kopecks int64) string {
	return fmt.Sprintf("%d.%02d", kopecks/100, kopecks%100)
}
