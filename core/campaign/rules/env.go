package rules

import (
	"math/big"
	"strings"
	"time"

	"besedka/core/expr"
	"besedka/core/fiscal"
)

// env is what expressions see: the facts, and of the campaign in hand its goods,
// its line and its pool.
type env struct {
	f       *Facts
	now     time.Time
	local   time.Time // the purchase by the campaign's clock
	values  []lineValues
	line    *lineValues
	goods   basket
	pool    int64
	hasPool bool
	look    expr.Lookup
}

// lineValues are a line's facts, computed once for all campaigns.
type lineValues struct {
	*Line
	category, product, gtin, qty, price, sum expr.Value
}

func newEnv(f *Facts, now time.Time) *env {
	e := &env{f: f, now: now, values: make([]lineValues, len(f.Receipt.Lines))}
	for i := range f.Receipt.Lines {
		l := &f.Receipt.Lines[i]
		e.values[i] = lineValues{
			Line: l, product: textOrUnknown(l.Product), gtin: textOrUnknown(l.GTIN),
			qty: ratioOf(l.Quantity), price: expr.MoneyOf(l.Price), sum: expr.MoneyOf(l.Sum),
		}
		if l.Category != "" {
			e.values[i].category = expr.BranchOf(l.Category)
		}
	}
	e.look = e.fact
	return e
}

func ratioOf(q fiscal.Quantity) expr.Value {
	if q%perUnit == 0 {
		return expr.CountOf(int64(q / perUnit))
	}
	return expr.RatioOf(big.NewRat(int64(q), int64(perUnit)))
}

func textOrUnknown(text string) expr.Value {
	if text == "" {
		return expr.Value{}
	}
	return expr.TextOf(text)
}

// fact answers a name of the language. Nobody knows what nobody told.
func (e *env) fact(name string) (expr.Value, bool) {
	v := e.ofReceipt(name)
	if !v.Known() {
		v = e.ofMember(name)
	}
	if !v.Known() && e.line != nil {
		v = e.line.fact(name)
	}
	return v, v.Known()
}

func (e *env) ofReceipt(name string) expr.Value {
	r := &e.f.Receipt
	switch name {
	case "receipt.total":
		return expr.MoneyOf(r.Total)
	case "receipt.discount":
		return expr.MoneyOf(r.Discount)
	case "receipt.payable":
		return expr.MoneyOf(r.Total - r.Discount)
	case "receipt.inn":
		return textOrUnknown(r.INN)
	case "partner.id":
		return textOrUnknown(e.f.Partner.ID)
	case "store.id":
		return textOrUnknown(e.f.Store.ID)
	case "store.format":
		return textOrUnknown(e.f.Store.Format)
	case "store.category":
		return textOrUnknown(e.f.Store.Category)
	case "goods.sum":
		return expr.MoneyOf(e.goods.sum)
	case "goods.qty":
		return ratioOf(e.goods.quantity)
	case "goods.count":
		return expr.CountOf(int64(len(e.goods.pieces)))
	case "pool.sum":
		if e.hasPool {
			return expr.MoneyOf(e.pool)
		}
	case "today":
		return expr.DateOf(e.local)
	}
	return expr.Value{}
}

func (e *env) ofMember(name string) expr.Value {
	m := &e.f.Member
	switch name {
	case "member.tier":
		return textOrUnknown(m.Tier)
	case "member.registered":
		if m.Registered.IsZero() {
			return expr.Value{}
		}
		return expr.DateOf(m.Registered.In(e.local.Location()))
	case "card.present":
		return expr.BoolOf(m.Card)
	}
	if currency, ok := strings.CutPrefix(name, tenderPrefix); ok {
		return expr.MoneyOf(e.f.Receipt.Tenders[currency])
	}
	return m.Facts[name]
}

func (l *lineValues) fact(name string) expr.Value {
	switch name {
	case "category":
		return l.category
	case "product":
		return l.product
	case "gtin":
		return l.gtin
	case "qty":
		return l.qty
	case "price":
		return l.price
	case "sum":
		return l.sum
	}
	return expr.Value{}
}
