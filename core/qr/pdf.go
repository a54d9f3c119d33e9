package qr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"besedka/core/fiscal"
)

// Limits of a PDF; that of its bytes is MaxBytes.
const (
	maxPages   = 3                // looked at: an electronic receipt has one or two
	pdfTime    = 15 * time.Second // for all of them
	pageDots   = 200              // an inch: a module of a receipt's code gets five or six
	pagePixels = 6_000_000        // a page at that size, else it is drawn smaller
	memory     = 4096             // pages of 64 KiB that its reader may take: 256 MiB
	maxReaders = 8                // at once
)

// readPDF draws the pages of a PDF and reads them as pictures. When none has a
// receipt's code, the words of all of them may still tell the receipt.
// A reader that panics on crafted bytes costs only this PDF; one that cannot be had is
// our own fault and not the PDF's.
func (r Reader) readPDF(ctx context.Context, data []byte) (result Result) {
	if len(data) > MaxBytes {
		return Result{Trouble: TooLarge}
	}
	defer rescue(&result)
	instance, err := r.PDFs.instance(ctx)
	if err != nil {
		return Result{Trouble: NoCode, Fault: fmt.Errorf("PDFium: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, pdfTime)
	defer cancel()
	module := sandbox(instance)
	stop := context.AfterFunc(ctx, func() { _ = module.Close(context.Background()) }) // whatever it is busy with
	defer func() {
		stop()
		_ = instance.Close() // makes room for another one, whatever became of this
	}()
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return Result{Trouble: Encrypted}
	case err != nil:
		return Result{Trouble: Corrupt}
	}
	return document{r, instance, opened.Document}.read(ctx)
}

// document is an open PDF.
type document struct {
	eyes   Reader
	pdfium pdfium.Pdfium
	ref    references.FPDF_DOCUMENT
}

// read takes the words first: they cost nothing, and are there when the time is over.
func (d document) read(ctx context.Context) Result {
	count, err := d.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		return Result{Trouble: Corrupt}
	}
	pages := make([]requests.Page, min(count.PageCount, maxPages))
	for i := range pages {
		pages[i].ByIndex = &requests.PageByIndex{Document: d.ref, Index: i}
	}
	said := fiscal.Sketch(d.words(pages))
	var codes []string
	var fault error
	for _, page := range pages {
		if slices.ContainsFunc(codes, isFiscal) || ctx.Err() != nil {
			break
		}
		seen := d.look(ctx, page)
		codes, fault = append(codes, seen.Codes...), errors.Join(fault, seen.Fault)
	}
	if said.Begun() && !slices.ContainsFunc(codes, isFiscal) {
		codes = append(codes, said.Text())
	}
	if len(codes) == 0 {
		return Result{Trouble: EmptyPDF, Fault: fault}
	}
	slices.SortStableFunc(codes, func(a, b string) int { return rank(a) - rank(b) })
	return Result{Codes: codes[:min(len(codes), maxCodes)], Fault: fault}
}

// words are those of all pages.
func (d document) words(pages []requests.Page) string {
	var b strings.Builder
	for _, page := range pages {
		if text, err := d.pdfium.GetPageText(&requests.GetPageText{Page: page}); err == nil {
			b.WriteString(text.Text + "\n")
		}
	}
	return b.String()
}

// look draws a page and reads it like a photo.
func (d document) look(ctx context.Context, page requests.Page) Result {
	size, err := d.pdfium.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return Result{}
	}
	width, height := drawn(size.Width, size.Height)
	drawing, err := d.pdfium.RenderPageInPixels(&requests.RenderPageInPixels{Page: page, Width: width, Height: height})
	if err != nil {
		return Result{}
	}
	picture := onWhite(drawing.Result.Image)
	drawing.Cleanup()
	var file bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.NoCompression}
	if fast.Encode(&file, picture) != nil {
		return Result{}
	}
	return d.eyes.Read(ctx, file.Bytes())
}

// drawn is the size in pixels of a page in points, 72 to an inch.
func drawn(width, height float64) (w, h int) {
	const points = 72
	w, h = int(width*pageDots/points), int(height*pageDots/points)
	for w > pagePixels || h > pagePixels || w*h > pagePixels {
		w, h = w*3/4, h*3/4
	}
	return max(w, 1), max(h, 1)
}

// onWhite copies a drawing, which lives in its reader's memory, to paper.
func onWhite(img *image.RGBA) *image.Gray {
	g := image.NewGray(img.Rect)
	for i := range g.Pix {
		p := img.Pix[4*i : 4*i+4]
		light := (299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000
		g.Pix[i] = uint8(min(light+255-int(p[3]), 255))
	}
	return g
}
