package qr

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"besedka/core/fiscal"
	"besedka/core/qr/zxing"
)

// Trouble is why a picture gave no code. Troubles choose the words that a shopper
// gets: do not rename them.
type Trouble string

// The troubles.
const (
	NotPicture    Trouble = "not_picture"     // none of JPEG, PNG, GIF, WebP
	TooLarge      Trouble = "too_large"       // more than MaxBytes
	TooManyPixels Trouble = "too_many_pixels" // more than MaxPixels, too long, or too intricate to open in time
	Corrupt       Trouble = "corrupt"         // cut off or damaged
	NoCode        Trouble = "no_code"
)

// Limits of a picture.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 25_000_000 // a progressive JPEG takes 16 to 24 bytes for each while it is open
	maxSide   = 32_000     // pixels; a panorama has half of them
	leastRead = 30         // pixels of a side: a receipt's code has 33 modules
	maxCodes  = 4          // read in one pass, and told of one picture
)

// Result is what a picture gave: Codes, the fiscal one first, or a Trouble.
type Result struct {
	Codes   []string
	Trouble Trouble
	Hint    Hint     // beside NoCode, when there is one
	Seen    [][]byte // of codes that were not read, when no fiscal one was: what helps to read the next picture
	Joined  bool     // what earlier pictures showed was needed to read it
	Fault   error    // our own, for the log: what there is was read without what failed
}

// Fiscal reports whether a receipt's code was read.
func (r Result) Fiscal() bool { return slices.ContainsFunc(r.Codes, isFiscal) }

// Reader reads pictures. The zero Reader works: it has only the passes that are
// written in Go, which read fewer of them, and reads no PDF.
type Reader struct {
	Engine *zxing.Engine
	PDFs   *PDFium
}

// Close frees the engine and what reads PDFs.
func (r Reader) Close(ctx context.Context) (err error) {
	if r.Engine != nil {
		err = r.Engine.Close(ctx)
	}
	if r.PDFs != nil {
		err = errors.Join(err, r.PDFs.close())
	}
	return err
}

// Read finds the QR codes in an encoded picture. It looks at ctx between passes
// (each some tens of milliseconds), so a deadline there is its budget; what was
// found before it counts. A panic costs this one picture. When the picture alone gives
// no fiscal code, earlier, what was seen in others of the same receipt, may help.
func (r Reader) Read(ctx context.Context, data []byte, earlier ...[]byte) (result Result) {
	defer rescue(&result)
	g, trouble := open(ctx, data)
	if trouble != "" {
		return Result{Trouble: trouble}
	}
	if min(g.Rect.Dx(), g.Rect.Dy()) < leastRead {
		return Result{Trouble: NoCode, Hint: TooSmall}
	}
	s := search{engine: r.Engine, picture: g, earlier: earlier}
	s.run(ctx)
	s.recall(ctx)
	if len(s.codes) == 0 {
		return Result{Trouble: NoCode, Hint: s.hint(), Seen: s.seen, Fault: s.fault}
	}
	slices.SortStableFunc(s.codes, func(a, b string) int { return rank(a) - rank(b) })
	return Result{Codes: s.codes[:min(len(s.codes), maxCodes)], Seen: s.seen, Joined: s.joined, Fault: s.fault}
}

// rescue makes a result of a panic: strangers' bytes find what nobody thought of.
func rescue(result *Result) {
	if r := recover(); r != nil {
		*result = Result{Trouble: Corrupt, Fault: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
	}
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
