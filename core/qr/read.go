package qr

import (
	"context"
	"image"
	"slices"

	"besedka/core/fiscal"
)

// Trouble is why a picture gave no code. Troubles choose the words that a shopper
// gets: do not rename them.
type Trouble string

// The troubles.
const (
	NotPicture    Trouble = "not_picture"     // none of JPEG, PNG, GIF, WebP
	TooLarge      Trouble = "too_large"       // more than MaxBytes
	TooManyPixels Trouble = "too_many_pixels" // more than MaxPixels
	Corrupt       Trouble = "corrupt"         // cut off or damaged
	NoCode        Trouble = "no_code"
)

// Hint is what was measured on a picture without a code.
type Hint string

// The hints.
const (
	TooSmall Hint = "too_small" // too few pixels for the code of a receipt
	TooDark  Hint = "dark"
)

// Limits of a picture.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 40_000_000
	maxCodes  = 4 // read in one pass, and told of one picture
)

// Result is what a picture gave: Codes, the fiscal one first, or a Trouble.
type Result struct {
	Codes   []string
	Trouble Trouble
	Hint    Hint // beside NoCode, when there is one
}

// Read finds the QR codes in an encoded picture. It looks at ctx between passes
// (each some tens of milliseconds), so a deadline there is its budget; what was
// found before it counts.
func Read(ctx context.Context, data []byte) Result {
	g, trouble := open(data)
	if trouble != "" {
		return Result{Trouble: trouble}
	}
	codes := search(ctx, g)
	if len(codes) == 0 {
		return Result{Trouble: NoCode, Hint: measure(g)}
	}
	slices.SortStableFunc(codes, func(a, b string) int { return rank(a) - rank(b) })
	return Result{Codes: codes[:min(len(codes), maxCodes)]}
}

// rank puts fiscal texts before what else a receipt carries.
func rank(text string) int {
	if isFiscal(text) {
		return 0
	}
	return 1
}

// isFiscal reports whether text is a receipt's code, be it one that may not be
// registered.
func isFiscal(text string) bool {
	q, _ := fiscal.Parse(text)
	return q.FN != ""
}

// search runs the passes until one finds a fiscal code, and gives what else was
// read on the way: receipts carry advertising, which is often printed better.
func search(ctx context.Context, g *image.Gray) (codes []string) {
	for _, pass := range passes {
		if ctx.Err() != nil || slices.ContainsFunc(codes, isFiscal) {
			break
		}
		if picture := pass.prepare(g); picture != nil {
			codes = exhaust(ctx, picture, pass.binarize, codes)
		}
	}
	return codes
}

// exhaust adds to codes what it reads from a picture, one after the other, up to
// the fiscal one. What is not fiscal is painted over before it looks again.
func exhaust(ctx context.Context, g *image.Gray, b binarizer, codes []string) []string {
	for range maxCodes {
		text, area := decode(g, b)
		if text != "" && !slices.Contains(codes, text) {
			codes = append(codes, text)
		}
		if text == "" || isFiscal(text) || ctx.Err() != nil {
			return codes
		}
		g = paintOver(g, area)
	}
	return codes
}

// The measures are of the whole picture and rough: below them nobody could read a
// receipt's code, above them we do not know why.
const (
	leastSide = 120 // pixels; a fiscal code has 33 modules and needs two or three for each
	darkMean  = 45  // of 255
)

// measure says what is plainly wrong with a picture in which nothing was found.
func measure(g *image.Gray) Hint {
	if min(g.Rect.Dx(), g.Rect.Dy()) < leastSide {
		return TooSmall
	}
	sum := 0
	for _, v := range g.Pix {
		sum += int(v)
	}
	if sum/len(g.Pix) < darkMean {
		return TooDark
	}
	return ""
}
