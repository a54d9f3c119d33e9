package members

import (
	"bytes"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"besedka/core/member"
	"besedka/locales"
	"besedka/web/console/ui"
)

// Millimetres of the sheet.
const (
	sheetWidth  = 210.0
	sheetMargin = 25.0
	lineHeight  = 6.5
)

// certificatePDF is a certificate on one sheet of A4, in the Go fonts, which have Cyrillic. The
// time in it is that of the erasure: fetched again it is the same file.
func certificatePDF(v ui.View, c member.Certificate) ([]byte, error) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetMargins(sheetMargin, sheetMargin, sheetMargin)
	doc.AddUTF8FontFromBytes("go", "", goregular.TTF)
	doc.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	doc.SetCreationDate(c.ErasedAt.UTC())
	doc.SetModificationDate(c.ErasedAt.UTC())
	doc.SetCatalogSort(true)
	doc.SetTitle(v.T("members.certificate.title"), true)
	doc.AddPage()
	say := func(style string, size float64, text string) {
		doc.SetFont("go", style, size)
		doc.MultiCell(sheetWidth-2*sheetMargin, lineHeight, text, "", "L", false)
		doc.Ln(lineHeight / 2)
	}
	for _, p := range certificateText(v, c) {
		style, size := "", 11.0
		if p.title {
			style, size = "B", 15
		}
		say(style, size, p.text)
	}
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// paragraph is one of a certificate.
type paragraph struct {
	title bool
	text  string
}

// certificateText is what a certificate says, on paper and on the page alike.
func certificateText(v ui.View, c member.Certificate) []paragraph {
	args := locales.Args{
		"programme": locales.Text(v.Programme), "number": locales.Text(strconv.FormatInt(c.ID, 10)), "member": locales.Text(strconv.FormatInt(c.Member, 10)),
		"at": locales.Text(v.Instant(c.ErasedAt) + " " + c.ErasedAt.In(v.Zone).Format("-07:00")), "ground": locales.Text(v.T("members.grounds." + string(c.Ground))),
		"by": locales.Text(certifier(v, c)), "chats": locales.Count(c.Chats), "photos": locales.Count(c.Photos), "turns": locales.Count(c.Turns),
		"receipts": locales.Count(c.Receipts), "postings": locales.Count(c.Postings), "consents": locales.Count(c.Consents),
	}
	all := []paragraph{{true, v.With("members.certificate.head", args)}}
	for _, key := range []string{"programme", "what", "gone", "kept", "who", "check"} {
		all = append(all, paragraph{text: v.With("members.certificate."+key, args)})
	}
	return all
}

// certifier is who erased.
func certifier(v ui.View, c member.Certificate) string {
	if c.By != "" {
		return c.By
	}
	return v.T("members.certificate.program")
}
