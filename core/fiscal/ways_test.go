package fiscal_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/fiscal"
)

const canonical = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"

// TestPasted: a code is found in whatever message it was pasted into.
func TestPasted(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"with a label":          "QR: " + canonical,
		"between words":         "Здравствуйте! Вот мой чек " + canonical + ", посчитайте, пожалуйста",
		"at the end, full stop": "Чек: " + canonical + ".",
		"in brackets":           "(" + canonical + ")",
		"a pair on a line":      strings.ReplaceAll(canonical, "&", "\n&"),
		"pairs without &":       strings.ReplaceAll(canonical, "&", "\n"),
		"broken in a number":    canonical[:40] + "\r\n" + canonical[40:],
		"out of a page":         strings.ReplaceAll(canonical, "&", "&amp;"),
		"spaces around =":       strings.ReplaceAll(canonical, "=", " = "),
		"encoded in a message":  "чек " + url.QueryEscape(canonical) + " вот",
		"in capitals":           "ЧЕК " + strings.ToUpper(canonical),
		"behind a page":         "https://example.com/check?" + canonical,
		"encoded in an address": "https://kkt-online.nalog.ru/lkip.html?query=/check%3F" + url.QueryEscape(canonical),
		"on a page of one":      "https://consumer.1-ofd.ru/v1?" + canonical,
	} {
		q, err := fiscal.Parse(text)
		if err != nil || q.String() != canonical {
			t.Errorf("%s: Parse(%q) = %v, %v", name, text, q, err)
		}
		if !fiscal.IsReceipt(text) {
			t.Errorf("%s: %q is taken for small talk", name, text)
		}
	}
}

// TestSketch: what links, printed words and codes with a piece missing tell.
func TestSketch(t *testing.T) {
	t.Parallel()
	whole := fiscal.Draft{FN: "7284440500123456", FD: "4711", FP: "3141592653"}
	with := func(change func(*fiscal.Draft)) fiscal.Draft { d := whole; change(&d); return d }
	for text, want := range map[string]fiscal.Draft{
		"https://lk.platformaofd.ru/web/noauth/cheque/search?fp=3141592653&fn=7284440500123456&i=4711":                                whole,
		"Мой чек: https://cash.kontur.ru/?fnSerialNumber=7284440500123456&fiscalDocumentNumber=4711&fiscalSignature=3141592653.":      whole,
		"https://e-ofd.ru/check?fn=7284440500123456&fp=3141592653&fd=4711":                                                            whole,
		"e-ofd.ru/check?fn=7284440500123456&fp=3141592653&fd=0000004711":                                                              whole,
		"https://check.ofd.ru/rec/7284440500123456/4711/3141592653":                                                                   whole,
		"https://check.ofd.ru/rec/3310000000/0001234567012345/7284440500123456/4711/3141592653":                                       whole,
		"https://ofd.ru/api/rawdoc/RecipeInfo?Fn=7284440500123456&Kkt=0001234567012345&Inn=3310000000&Num=4711&Sign=3141592653":       whole,
		"https://receipt.taxcom.ru/v01/show?fp=3141592653&s=1284.5":                                                                   {FP: "3141592653", Sum: "1284.50"},
		"https://receipt.taxcom.ru/v01/show?id=F2B2B9D1-8C85-424E-8E82-0F3E424A688C":                                                  {},
		"https://ofd.yandex.ru/vaucher/0001234567012345/4711/3141592653":                                                              {FD: "4711", FP: "3141592653"},
		"https://ofd-ya.ru/getFiscalDoc?kktRegId=0001234567012345&fiscalSign=3141592653&json=true":                                    {FP: "3141592653"},
		"https://consumer.1-ofd.ru/ticket/3af7c85d-4310-4543-b1d8-335538707305":                                                       {},
		"https://ofd.sbis.ru/rec/0001234567012345/010326/3141592653":                                                                  {FP: "3141592653"},
		"https://proverkacheka.nalog.ru:9999/v1/inns/*/kkts/*/fss/7284440500123456/tickets/4711?fiscalSign=3141592653&sendToEmail=no": whole,
		"ФН № 7284440500123456 ФД № 4711 ФПД: 3141592653":                                                                             whole,
		"КАССОВЫЙ ЧЕК / ВОЗВРАТ ПРИХОДА\n01.03.26 12:30\nИТОГ ≡1284.50\nN ФН:7284440500123456\nN ФД:0000004711\nФП:3141592653": with(func(d *fiscal.Draft) {
			d.Time, d.Sum, d.Operation = "20260301T1230", "1284.50", "2"
		}),
		"Приход ФН 7284440500123456, ФД 4711, ФП 3141592653; 01.03.2026 12:30:05, итого 1 284,50": with(func(d *fiscal.Draft) {
			d.Time, d.Sum, d.Operation = "20260301T123005", "1284.50", "1"
		}),
		"t=20260301T1230&s=1284&fn=7284440500123456&i=4711": with(func(d *fiscal.Draft) { d.FP, d.Time, d.Sum = "", "20260301T1230", "1284" }),
		"t=20260301T1230&s=oops&fn=7284440500123456&i=4711&fp=3141592653&n=1": with(func(d *fiscal.Draft) {
			d.Time, d.Operation = "20260301T1230", "1"
		}),
		"ФН 7284440500123456 ФД 4711 ИТОГ 1284.50":                      {FN: "7284440500123456", FD: "4711", Sum: "1284.50"}, // its ФП was left out
		"ФН 7284440500123456 ФН 7284440500123457 ФД 4711 ФП 3141592653": {FD: "4711", FP: "3141592653"},                       // two drives: neither
	} {
		if diff := cmp.Diff(want, fiscal.Sketch(text)); diff != "" {
			t.Errorf("Sketch(%q) (-want +got):\n%s", text, diff)
		}
		if !fiscal.IsReceipt(text) {
			t.Errorf("%q is taken for small talk", text)
		}
		_, err := fiscal.Parse(text)
		if refusal, ok := errors.AsType[*fiscal.Refusal](err); err != nil && (!ok || refusal.Country != "RU") {
			t.Errorf("Parse(%q): %v, want a refusal of a Russian receipt", text, err)
		}
	}
}

// TestBegunIsARussianReceipt: whatever names a document is one that lacks something,
// so that the rest is asked for; a PDF whose words were read gives such texts.
func TestBegunIsARussianReceipt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		some := func(name, value string) string { return rapid.SampledFrom([]string{"", value}).Draw(t, name) }
		d := fiscal.Draft{
			Time: some("t", "20260301T1230"), Sum: some("s", "1284.50"), FN: some("fn", "7284440500123456"),
			FD: some("i", "4711"), FP: some("fp", "3141592653"), Operation: some("n", "1"),
		}
		if !d.Begun() || d.Text() == canonical {
			return
		}
		_, err := fiscal.Parse(d.Text())
		if refusal, ok := errors.AsType[*fiscal.Refusal](err); !ok || !refusal.Incomplete() {
			t.Fatalf("Parse(%q): %v, want an incomplete receipt", d.Text(), err)
		}
	})
}

func TestSmallTalkIsNoReceipt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "баланс", "2+2=4", "n=1", "t=20260301T1230&s=1", "https://example.com/promo", "https://www.nalog.gov.ru/rn77/news/", "kontur.ru",
		"Позвоните мне +7 900 123-45-67 или на карту 2200 7000 0000 0000", "WIFI:T:WPA;S=guest;P=secret;;", "итого 1284.50 за 01.03.2026 12:30",
		"https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB&crc=F3D0",
	} {
		if fiscal.IsReceipt(text) {
			t.Errorf("%q is taken for a receipt", text)
		}
	}
}

// serbian is the binary beginning of a Serbian code with the figures of the test.
func serbian() string {
	data := append([]byte{3}, "VBMHX9SXW6UBPZO0"...)
	data = append(data, 0xB2, 0x2B, 1, 0, 0xFE, 0x68, 0, 0, 0xC0, 0xE1, 0xE4, 0, 0, 0, 0, 0)
	data = append(data, 0, 0, 1, 0x85, 0x77, 0x21, 0x11, 0x2A, 0, 0)
	return url.QueryEscape(base64.StdEncoding.EncodeToString(append(data, make([]byte, 60)...)))
}

func TestForeign(t *testing.T) {
	t.Parallel()
	local := func(s string) fiscal.Stamp {
		c, err := fiscal.ParseCivil(s)
		if err != nil {
			t.Fatal(err)
		}
		return fiscal.Stamp{Local: c}
	}
	for text, want := range map[string]fiscal.Foreign{
		"http://consumer.oofd.kz/?i=1734974179&f=010100465991&s=13507.0&t=20210922T224125": {
			Country: "KZ", Key: "010100465991/1734974179", Time: local("2021-09-22T22:41:25"), Sum: 1350700, HasSum: true,
		},
		"Чек: https://o.oofd.kz/r/172045?r=010100465991&i=990140000385&d=1700000000&s=950.50&f=1734974179": {
			Country: "KZ", Key: "010100465991/172045/1734974179", Time: fiscal.Stamp{Unix: 1700000000}, Sum: 95050, HasSum: true,
		},
		"https://ofd.soliq.uz/check?t=UZ210108160541&r=20&c=20220531161950&s=345411154713": {
			Country: "UZ", Key: "UZ210108160541/20/345411154713", Time: local("2022-05-31T16:19:50"),
		},
		"https://tax.salyk.kg/tax-web-control/client/api/v1/ticket?date=20260917T175623&sum=91950&fn_number=2&regNumber=3&tin=01&type=3&operation_type=1&fd_number=172045&fm=04": {
			Country: "KG", Key: "01/04/172045", Time: local("2026-09-17T17:56:23"), Sum: 91950, HasSum: true,
		},
		"https://suf.purs.gov.rs/v/?vl=" + serbian(): {
			Country: "RS", Key: "VBMHX9SX/W6UBPZO0/76722", Time: fiscal.Stamp{Unix: 1672740933}, Sum: 150000, HasSum: true,
		},
		"https://suf.purs.gov.rs/v/?vl=AA":                                              {Country: "RS"},
		"https://ch.info-center.by/?ui=7F1A2B3C4D5E6F708192A3B4":                        {Country: "BY", Key: "7F1A2B3C4D5E6F708192A3B4"},
		"7F1A2B3C4D5E6F708192A3B4":                                                      {Country: "BY", Key: "7F1A2B3C4D5E6F708192A3B4"},
		"https://monitoring.e-kassa.gov.az/#/index?doc=BS8TEG2azn4D1g8":                 {Country: "AZ"}, // neither 12 nor 44
		"https://monitoring.e-kassa.gov.az/#/index?doc=BS8TEG2azn4D":                    {Country: "AZ", Key: "BS8TEG2azn4D"},
		"https://monitoring.e-kassa.gov.az/pks-monitoring/2.0.0/documents/BS8TEG2azn4D": {Country: "AZ", Key: "BS8TEG2azn4D"},
	} {
		_, err := fiscal.Parse(text)
		refusal, ok := errors.AsType[*fiscal.Refusal](err)
		if !ok || refusal.Reason != fiscal.ForeignReceipt || refusal.Country != want.Country {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, refusal.Foreign, civil); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		if !fiscal.IsReceipt(text) {
			t.Errorf("%q is taken for small talk", text)
		}
	}
}

// TestNumbersThatAreNoReceipt: what only looks like a Belarusian identifier is none.
func TestNumbersThatAreNoReceipt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"507f1f77bcf86cd799439011", "123456789012345678901234", "7F1A2B3C4D5E6F708192A3B", "7F1A2B3C4D5E6F708192A3B45", "7F1A2B3C4D5E 6F708192A3B4",
	} {
		_, err := fiscal.Parse(text)
		if refusal, ok := errors.AsType[*fiscal.Refusal](err); !ok || refusal.Reason != fiscal.NotFiscal {
			t.Errorf("Parse(%q): %v, want %s", text, err, fiscal.NotFiscal)
		}
	}
}

// TestForeignCorpus: the codes that were collected name their documents.
func TestForeignCorpus(t *testing.T) {
	t.Parallel()
	var cases []struct{ Raw, Country string }
	if err := json.Unmarshal(corpusFile(t, "qr/qr-strings.json"), &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Country == "RU" {
			continue
		}
		_, err := fiscal.Parse(c.Raw)
		refusal, ok := errors.AsType[*fiscal.Refusal](err)
		if !ok || refusal.Foreign.Key == "" {
			t.Errorf("%q names no document: %v", c.Raw, err)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]fiscal.Kind{
		"https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB&crc=F3D0": fiscal.Payment,
		"ST00012|Name=ООО Полянка|PersonalAcc=40702810138250123017|BankName=ОАО БАНК|BIC=044525225|CorrespAcc=301": fiscal.Payment,
		"WIFI:T:WPA;S:guest;P:secret;;": fiscal.WiFi, "BEGIN:VCARD\nN:Иванова;Анна\nEND:VCARD": fiscal.Contact, "mailto:anna@example.com": fiscal.Contact,
		"https://example.com/promo": fiscal.Link, "0104605035006964215x8Qh": fiscal.Marking, "просто слова": fiscal.Other, "": fiscal.Other,
	} {
		_, err := fiscal.Parse(text)
		refusal, ok := errors.AsType[*fiscal.Refusal](err)
		if !ok || refusal.Reason != fiscal.NotFiscal || refusal.Kind != want {
			t.Errorf("Parse(%q): %+v, want %s", text, err, want)
		}
	}
}

func TestTyped(t *testing.T) {
	t.Parallel()
	type typed struct {
		value string
		slip  fiscal.Slip
	}
	for _, tt := range []struct {
		read  func(string) (string, fiscal.Slip)
		text  string
		value string
		slip  fiscal.Slip
	}{
		{fiscal.ReadFN, "7284440500123456", "7284440500123456", ""},
		{fiscal.ReadFN, "ФН № 7284 4405 0012 3456", "7284440500123456", ""},
		{fiscal.ReadFN, "0001234567012345", "", fiscal.TillNo},
		{fiscal.ReadFN, "9999078900004312", "", fiscal.TestDrive},
		{fiscal.ReadFN, "728444050012345", "", fiscal.TooShort},
		{fiscal.ReadFN, "3310000000", "", fiscal.TooShort},
		{fiscal.ReadFN, "72844405001234567", "", fiscal.TooLong},
		{fiscal.ReadFN, "не знаю", "", fiscal.NoDigits},
		{fiscal.ReadNumber, "ФД: 0000004711", "4711", ""},
		{fiscal.ReadNumber, "314 159 2653", "3141592653", ""},
		{fiscal.ReadNumber, "4294967296", "", fiscal.TooBig},
		{fiscal.ReadNumber, "7284440500123456", "", fiscal.TooLong},
		{fiscal.ReadNumber, "0000", "", fiscal.Zero},
		{fiscal.ReadNumber, "-", "", fiscal.NoDigits},
		{fiscal.ReadSum, "1284,50", "1284.50", ""},
		{fiscal.ReadSum, "=1 284.50", "1284.50", ""},
		{fiscal.ReadSum, "1284 руб. 50 коп.", "1284.50", ""},
		{fiscal.ReadSum, "1284 руб. 5 коп.", "1284.05", ""},
		{fiscal.ReadSum, "1284 РУБ 5 КОП", "1284.05", ""},
		{fiscal.ReadSum, "1284 руб. 0 коп.", "1284.00", ""},
		{fiscal.ReadSum, "1284,5 ₽", "1284.50", ""},
		{fiscal.ReadSum, "1284", "1284", ""},
		{fiscal.ReadSum, "1284.505", "", fiscal.Unclear},
		{fiscal.ReadSum, "12.84.50", "", fiscal.Unclear},
		{fiscal.ReadSum, "тысяча", "", fiscal.NoDigits},
		{fiscal.ReadSum, "99999999999999", "", fiscal.Enormous},
		{fiscal.ReadTime, "01.03.2026 12:30", "20260301T1230", ""},
		{fiscal.ReadTime, "1.3.26, 9-05", "20260301T0905", ""},
		{fiscal.ReadTime, "2026-03-01 12:30:59", "20260301T123059", ""},
		{fiscal.ReadTime, "20260301T1230", "20260301T1230", ""},
		{fiscal.ReadTime, "01.03.2026", "", fiscal.NoHour},
		{fiscal.ReadTime, "12:30", "", fiscal.NoDay},
		{fiscal.ReadTime, "31.02.2026 12:30", "", fiscal.NoSuchDay},
		{fiscal.ReadTime, "01.03.2026 25:30", "", fiscal.NoSuchDay},
		{fiscal.ReadTime, "вчера", "", fiscal.NoDigits},
		{fiscal.ReadTime, "1", "", fiscal.Unclear},
	} {
		value, slip := tt.read(tt.text)
		if got, want := (typed{value, slip}), (typed{tt.value, tt.slip}); got != want {
			t.Errorf("%q: got %+v, want %+v", tt.text, got, want)
		}
	}
}

// TestTypedReadsAsPrinted: what is typed field by field from a receipt is the same
// receipt as its code.
func TestTypedReadsAsPrinted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`7[0-9]{15}`).Draw(t, "fn")
		fd := rapid.StringMatching(`[1-3][0-9]{0,9}`).Draw(t, "fd")
		fp := rapid.StringMatching(`0{0,2}[1-3][0-9]{0,7}`).Draw(t, "fp")
		sum := rapid.StringMatching(`[1-9][0-9]{0,6}[.,][0-9]{2}`).Draw(t, "sum")
		at := rapid.StringMatching(`(0[1-9]|1[0-9]|2[0-8])\.(0[1-9]|1[0-2])\.(20)?2[0-9] ([01][0-9]|2[0-3]):[0-5][0-9]`).Draw(t, "at")
		d := fiscal.Draft{Operation: "1"}
		for _, f := range []struct {
			into *string
			read func(string) (string, fiscal.Slip)
			text string
		}{{&d.FN, fiscal.ReadFN, digits}, {&d.FD, fiscal.ReadNumber, fd}, {&d.FP, fiscal.ReadNumber, fp}, {&d.Sum, fiscal.ReadSum, sum}, {&d.Time, fiscal.ReadTime, at}} {
			var slip fiscal.Slip
			if *f.into, slip = f.read(f.text); slip != "" {
				t.Fatalf("%q: %s", f.text, slip)
			}
		}
		q, err := fiscal.Parse(d.Text())
		if err != nil || q.String() != d.Text() {
			t.Fatalf("%+v reads %v, %v", d, q, err)
		}
		paper := "ИТОГ " + sum + "\n" + at + "\nПРИХОД\nФН " + digits + "\nФД " + fd + "\nФП " + fp
		if p, err := fiscal.Parse(paper); err != nil || p != q {
			t.Fatalf("the words %q read %v, %v", paper, p, err)
		}
	})
}

// FuzzMessage: no message makes these panic, and what is sketched of a whole
// receipt is that receipt.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		"QR: " + canonical, "https://check.ofd.ru/rec/7284440500123456/4711/3141592653?a#/b?fn=1", "ФН 7284440500123456 ФД 4711 ФП 3141592653 01.03.26 12:30 ИТОГ 1 284,50",
		"https://suf.purs.gov.rs/v/?vl=" + serbian(), "t%3D1%26s%3D%25", "//..:99/?#%", "https://monitoring.e-kassa.gov.az/#/index?doc=%",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fiscal.IsReceipt(text)
		d := fiscal.Sketch(text)
		if q, err := fiscal.Parse(text); err == nil && d.Text() != q.String() {
			t.Errorf("Parse(%q) = %v, but its sketch is %q", text, q, d.Text())
		}
	})
}
