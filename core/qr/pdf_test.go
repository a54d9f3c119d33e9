package qr_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	qrcode "github.com/skip2/go-qrcode"

	"besedka/core/qr"
)

// sheet is a page of a PDF: what is drawn on it, and a picture that it may show as
// /Im.
type sheet struct {
	content string
	picture *image.Gray
}

// asPDF writes a PDF as simply as the format allows (ISO 32000-1): a catalogue, the
// pages, and extra entries of the trailer.
func asPDF(trailer string, sheets ...sheet) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	stream := func(dict, data string) string {
		return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
	}
	b.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids []string
	for i := range sheets {
		kids = append(kids, fmt.Sprintf("%d 0 R", 3+3*i))
	}
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids)))
	for _, s := range sheets {
		n := len(at) + 1
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 230 400] /Contents %d 0 R /Resources << /XObject << /Im %d 0 R >>"+
			" /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>", n+1, n+2))
		object(stream("", s.content))
		picture := s.picture
		if picture == nil {
			picture = image.NewGray(image.Rect(0, 0, 1, 1))
		}
		object(stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8",
			picture.Rect.Dx(), picture.Rect.Dy()), string(picture.Pix)))
	}
	begins := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, trailer, begins)
	return b.Bytes()
}

// words prints lines one below the other.
func words(lines ...string) sheet {
	var b strings.Builder
	b.WriteString("BT /F 8 Tf 10 380 Td 12 TL ")
	for _, line := range lines {
		fmt.Fprintf(&b, "(%s) Tj T* ", line)
	}
	b.WriteString("ET")
	return sheet{content: b.String()}
}

// rectangles draws a code the way that vector programs do, a square for a module.
func rectangles(t *testing.T, text string) sheet {
	t.Helper()
	c, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	rows := c.Bitmap()
	for y, row := range rows {
		for x, black := range row {
			if black {
				fmt.Fprintf(&b, "%d %d 2 2 re\n", 60+2*x, 60+2*(len(rows)-y))
			}
		}
	}
	return sheet{content: b.String() + "f"}
}

func pictured(t *testing.T, text string) sheet {
	t.Helper()
	return sheet{content: "q 100 0 0 100 60 60 cm /Im Do Q", picture: paperOf(code(t, text, 200))}
}

// paperOf makes grey of a picture.
func paperOf(img image.Image) *image.Gray {
	g := image.NewGray(img.Bounds())
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			g.Set(x, y, img.At(x, y))
		}
	}
	return g
}

// pdfs is a reader that is compiled once for all tests.
var pdfs = qr.Reader{PDFs: qr.NewPDFium("")}

func TestReadsPDF(t *testing.T) {
	t.Parallel()
	printed := words("FN No 7284440500123456", "FD No 0000004711", "FPD: 3141592653", "01.03.26 12:30", "TOTAL =1284.50")
	for name, tt := range map[string]struct {
		data []byte
		want qr.Result
	}{
		"a picture of the code":   {asPDF("", pictured(t, receipt)), qr.Result{Codes: []string{receipt}}},
		"a drawing of the code":   {asPDF("", rectangles(t, receipt)), qr.Result{Codes: []string{receipt}}},
		"on the second page":      {asPDF("", words("Hello"), pictured(t, receipt)), qr.Result{Codes: []string{receipt}}},
		"beside an advertisement": {asPDF("", pictured(t, advert), pictured(t, receipt)), qr.Result{Codes: []string{receipt, advert}}},
		"the code in words":       {asPDF("", words(receipt)), qr.Result{Codes: []string{receipt}}},
		"the requisites in words": {asPDF("", printed), qr.Result{Codes: []string{strings.TrimSuffix(receipt, "&n=1")}}},
		"rubbish before it":       {append([]byte("\r\n\r\n"), asPDF("", pictured(t, receipt))...), qr.Result{Codes: []string{receipt}}},
		"another document":        {asPDF("", words("Dear Sir")), qr.Result{Trouble: qr.EmptyPDF}},
		"past the pages we read":  {asPDF("", words("1"), words("2"), words("3"), pictured(t, receipt)), qr.Result{Trouble: qr.EmptyPDF}},
		"without pages":           {asPDF(""), qr.Result{Trouble: qr.EmptyPDF}},
		"with a password": {
			asPDF("/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"+strings.Repeat("41", 32)+"> /U <"+strings.Repeat("42", 32)+"> >>", words("Hello")),
			qr.Result{Trouble: qr.Encrypted},
		},
		"its beginning":  {[]byte("%PDF-1.7\n"), qr.Result{Trouble: qr.Corrupt}},
		"too large":      {append([]byte("%PDF-1.7\n"), make([]byte, qr.MaxBytes)...), qr.Result{Trouble: qr.TooLarge}},
		"HEIC":           {[]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic"), qr.Result{Trouble: qr.HEIC}},
		"a picture":      {asPNG(t, paper(250, code(t, receipt, 400))), qr.Result{Codes: []string{receipt}}},
		"another format": {[]byte("PK\x03\x04"), qr.Result{Trouble: qr.NotPicture}},
	} {
		if diff := cmp.Diff(tt.want, pdfs.ReadFile(t.Context(), tt.data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestBrokenPDF: whatever is cut out of a PDF or written over it, it is read or
// refused, and the next one is read as if nothing had been.
func TestBrokenPDF(t *testing.T) {
	t.Parallel()
	whole := asPDF("", words(receipt))
	dice := rand.New(rand.NewPCG(3, 4))
	for range 25 {
		data := bytes.Clone(whole)
		from := 5 + dice.IntN(len(data)-5)
		to := min(len(data), from+1+dice.IntN(300))
		if dice.IntN(2) == 0 {
			data = append(data[:from:from], data[to:]...)
		} else {
			for i := from; i < to; i++ {
				data[i] = byte(dice.IntN(256))
			}
		}
		if got := pdfs.ReadFile(t.Context(), data); len(got.Codes) == 0 && got.Trouble == "" {
			t.Errorf("bytes %d to %d spoilt: neither codes nor trouble", from, to)
		}
	}
	if got := pdfs.ReadFile(t.Context(), whole); len(got.Codes) == 0 || got.Codes[0] != receipt {
		t.Errorf("afterwards: %+v", got)
	}
}

// endless is a PDF of a page on which every point is shaded by thousands of
// calculations: hours of work.
func endless() []byte {
	program := "{ add " + strings.Repeat("sin cos ", 20_000) + "}"
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"+
		"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"+
		"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R /Resources << /Shading << /S 5 0 R >> >> >> endobj\n"+
		"4 0 obj << /Length 5 >> stream\n/S sh\nendstream endobj\n"+
		"5 0 obj << /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 500 0 500] /Function 6 0 R >> endobj\n"+
		"6 0 obj << /FunctionType 4 /Domain [0 500 0 500] /Range [0 1] /Length %d >> stream\n%s\nendstream endobj\n"+
		"trailer << /Root 1 0 R >>\n%%%%EOF\n", len(program), program)
}

// TestEndlessPDF: a PDF ends with its context, and gives back what it took: more of
// them than there are readers leave one for the next.
func TestEndlessPDF(t *testing.T) {
	t.Parallel()
	whole := asPDF("", words(receipt))
	pdfs.ReadFile(t.Context(), whole) // makes PDFium ready
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if got := pdfs.ReadFile(ctx, endless()); len(got.Codes) > 0 || ctx.Err() == nil {
			t.Errorf("not endless: %+v", got)
		}
		cancel()
	}
	if got := pdfs.ReadFile(t.Context(), whole); len(got.Codes) == 0 || got.Codes[0] != receipt {
		t.Errorf("afterwards: %+v", got)
	}
}

// TestNoPDFium: a reader that cannot be had is our fault, in the log, and not the PDF's.
func TestNoPDFium(t *testing.T) {
	t.Parallel()
	closed := qr.Reader{PDFs: qr.NewPDFium("")}
	if err := closed.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]qr.Reader{"none": {}, "closed": closed} {
		if got := r.ReadFile(t.Context(), asPDF("", words(receipt))); got.Trouble != qr.NoCode || got.Fault == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestPDFiumWithoutCache: a folder that cannot be used costs time and nothing else.
func TestPDFiumWithoutCache(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := qr.Reader{PDFs: qr.NewPDFium(filepath.Join(file, "no folder"))}
	got := r.ReadFile(t.Context(), asPDF("", words(receipt)))
	if diff := cmp.Diff(qr.Result{Codes: []string{receipt}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// FuzzReadFile: no bytes take the process down.
func FuzzReadFile(f *testing.F) {
	f.Add(asPDF("", words(receipt)))
	f.Add([]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic"))
	f.Add([]byte("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj trailer << /Root 1 0 R >>"))
	pdfs.ReadFile(f.Context(), asPDF("", words(receipt))) // its engine takes longer to start than fuzzing waits for one input
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := pdfs.ReadFile(t.Context(), data); len(got.Codes) == 0 && got.Trouble == "" {
			t.Error("neither codes nor trouble")
		}
	})
}
