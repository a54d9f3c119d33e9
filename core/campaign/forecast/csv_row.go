package forecast

import (
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/campaign/rules"
	"besedka/core/fiscal"
	"besedka/core/source"
)

// receipt reads what a row says of its receipt; false when that was told to be wrong.
func (t *table) receipt() (f rules.Facts, ok bool) {
	before := len(t.problems)
	f.Member.ID, _ = strconv.ParseInt(t.text("member"), 10, 64)
	if f.Member.ID < 1 {
		t.report(t.in("member"), source.Sentence("«%s» - не номер участника", "%q is not a member's number", t.text("member")), source.Sentence("номер - целое число больше нуля", "it is a whole number above zero"))
	}
	f.Receipt.Purchased = t.time()
	f.Receipt.Total, f.Receipt.Discount = t.money("total"), t.money("discount")
	f.Receipt.INN, f.Partner.ID = t.text("inn"), t.text("partner")
	f.Store = rules.Store{ID: t.text("store"), Format: t.text("format")}
	if names := t.text("segments"); names != "" {
		f.Member.Segments = strings.Split(strings.ReplaceAll(names, " ", ""), "|")
	}
	if !utf8.ValidString(strings.Join(t.row, "")) {
		t.report(t.at(0), source.Sentence("это не UTF-8", "it is not UTF-8"), source.Sentence("сохраните файл как CSV UTF-8", "save the file as CSV UTF-8"))
	}
	return f, len(t.problems) == before
}

func (t *table) time() time.Time {
	text := t.text("purchased_at")
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	civil, err := fiscal.ParseCivil(text)
	if err != nil {
		t.report(t.in("purchased_at"), source.Sentence("«%s» - не время", "%q is not a time", text), source.Sentence("пишите 2026-05-03 14:05, по часам программы", "write 2026-05-03 14:05, by the programme's clock"))
	}
	return civil.In(t.zone)
}

// money reads rubles as kopecks; nothing is 0 but in total.
func (t *table) money(column string) int64 {
	text := t.text(column)
	if text == "" && column != "total" {
		return 0
	}
	kopecks, ok := units(text, 100)
	if !ok {
		t.report(t.in(column), source.Sentence("«%s» - не сумма", "%q is no sum", text), source.Sentence("рубли и копейки: 1284.50", "rubles and kopecks: 1284.50"))
	}
	return kopecks
}

// goods adds the goods of a row to the open receipt.
func (t *table) goods() {
	if !t.lines || t.text("sum") == "" {
		return
	}
	l := rules.Line{Number: len(t.open.Receipt.Lines), Category: t.text("category"), Product: t.text("product"), GTIN: t.text("gtin"), Sum: t.money("sum"), Quantity: unit}
	if text := t.text("qty"); text != "" {
		n, ok := units(text, unit)
		if l.Quantity = fiscal.Quantity(n); !ok || n == 0 {
			t.report(t.in("qty"), source.Sentence("«%s» - не количество", "%q is not a quantity", text), source.Sentence("пишите 3 или 0.308", "write 3 or 0.308"))
			return
		}
	}
	if l.Price = t.money("price"); t.text("price") == "" {
		price := new(big.Int).Mul(big.NewInt(l.Sum), big.NewInt(unit))
		l.Price = price.Quo(price, big.NewInt(int64(l.Quantity))).Int64()
	}
	if len(t.open.Receipt.Lines) == maxLines {
		t.report(t.in("receipt"), source.Sentence("в чеке больше %d строк", "the receipt has more than %d lines", maxLines), source.Sentence("проверьте столбец receipt", "check the column receipt"))
		return
	}
	t.open.Receipt.Lines = append(t.open.Receipt.Lines, l)
}

// unit is how many millionths make one.
const unit = 1_000_000

// maxDigits is how long a number may be: there is room in int64 for what is added up.
const maxDigits = 10

// units reads 12, 12.5 or 12,50 exactly as so many parts of one; false for what is not
// such a number.
func units(text string, of int64) (int64, bool) {
	whole, fine, cut := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	if whole == "" || len(whole) > maxDigits || cut && fine == "" || len(fine) > maxDigits || strings.Trim(whole+fine, "0123456789") != "" {
		return 0, false
	}
	r, ok := new(big.Rat).SetString(whole + "." + fine + "0")
	if !ok || !r.Mul(r, big.NewRat(of, 1)).IsInt() {
		return 0, false
	}
	return r.Num().Int64(), true
}
