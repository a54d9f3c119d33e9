package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"besedka/core/fiscal"
)

// playWays: one receipt each by a message, a link and a PDF, and one typed in after
// two photos that cannot be read; all are credited, and what was sent already is
// known by whatever way it comes again.
func playWays(t *testing.T, r rehearsed) {
	for _, channel := range []string{"telegram", "webchat"} {
		who := "many ways"
		r.register(t, channel, who)
		say := func(act fields, want ...string) {
			t.Helper()
			said := r.do(t, channel, who, act)
			for _, w := range want {
				if !strings.Contains(said, w) {
					t.Errorf("%s: %v is answered %q, want %q in it", channel, act, said, w)
				}
			}
			r.advance(t, time.Minute)
		}
		code := func(total int64) fiscal.Draft { return fiscal.Sketch(r.receipt(t, total, nil)) }

		pasted := code(40_000)
		say(fields{"text": "Вот чек, QR: " + pasted.Text() + " спасибо"}, "400")
		say(fields{"photo": fields{"qr": pasted.Text()}}, "уже")

		linked := code(50_000)
		say(fields{"text": fmt.Sprintf("https://e-ofd.ru/check?fn=%s&fp=%s&fd=%s", linked.FN, linked.FP, linked.FD)}, "Дата и время")
		say(fields{"text": typedTime(t, linked)}, "итог")
		say(fields{"text": "500,00"}, "500")

		document := code(60_000)
		say(fields{"photo": fields{"base64": base64.StdEncoding.EncodeToString(wordsPDF(document.Text()))}}, "600")

		blank := fields{"base64": base64.StdEncoding.EncodeToString(wordsPDF("no receipt"))}
		say(fields{"photo": blank}, "PDF")
		say(fields{"photo": blank}, "PDF", "[Ввести вручную]")
		typed := code(70_000)
		say(fields{"button": "Ввести вручную"}, "16 цифр")
		say(fields{"text": "0001234567012345"}, "РН ККТ")
		say(fields{"text": "ФН " + typed.FN[:8] + " " + typed.FN[8:]}, "ФД")
		say(fields{"text": "1"}, "ФП")
		say(fields{"text": "назад"}, "ФД")
		say(fields{"text": typed.FD}, "ФП")
		say(fields{"text": typed.FP}, "Дата")
		say(fields{"text": typedTime(t, typed)}, "итог")
		say(fields{"text": "700"}, "700")
		r.advance(t, time.Hour)
		if got, want := len(r.member(t, channel, who).Statement), 4; got != want {
			t.Errorf("%s: %d accruals, want %d", channel, got, want)
		}
	}
}

// typedTime is how a shopper types the time of a receipt.
func typedTime(t *testing.T, d fiscal.Draft) string {
	t.Helper()
	c, err := fiscal.ParseCivil(d.Time)
	if err != nil {
		t.Fatal(err)
	}
	return c.In(time.UTC).Format("02.01.2006 15:04")
}

// wordsPDF is a PDF of one line, without a table of its objects: readers find them.
func wordsPDF(line string) []byte {
	content := "BT /F 6 Tf 5 380 Td (" + line + ") Tj ET"
	return fmt.Appendf(nil, `%%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj
4 0 obj << /Length %d >>
stream
%s
endstream endobj
trailer << /Root 1 0 R >>
`, len(content), content)
}
