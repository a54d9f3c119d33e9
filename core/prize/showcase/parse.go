package showcase

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/source"
)

// reader collects a showcase and what is wrong with it.
type reader struct {
	s        *Showcase
	zone     *time.Location
	problems []*source.Problem
}

// Parse reads a showcase, whose days are those of zone. With problems there is
// none.
func Parse(file string, text []byte, zone *time.Location) (*Showcase, []*source.Problem) {
	root, problems := source.Parse(file, text)
	if root == nil {
		return nil, problems
	}
	r := &reader{s: &Showcase{byID: map[string]*Prize{}}, zone: zone, problems: problems}
	o := source.Fields(root, &r.problems)
	o.Require("prizes")
	entries := o.Map("prizes")
	if len(entries) > MaxPrizes {
		r.report(entries[MaxPrizes].Key.Pos, "L125", source.Sentence("больше %d: призов", "more than %d prizes", MaxPrizes), source.Sentence("сократите", "shorten the list"))
		entries = entries[:MaxPrizes]
	}
	for _, e := range entries {
		r.readPrize(e)
	}
	o.Done()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.s, nil
}

func (r *reader) report(at source.Pos, code string, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

var goodID = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_]{0,39}$`)

func (r *reader) readPrize(e source.Entry) {
	if !goodID.MatchString(e.Key.Text) {
		r.report(e.Key.Pos, "L123", source.Sentence("имя «%s» не подходит", "the name %q does not do", shorten(e.Key.Text)),
			source.Sentence("имя - буквы, цифры и _, сначала буква, не длиннее 40 знаков", "a name is letters, digits and _, a letter first, at most 40 characters"))
	}
	o := source.Fields(e.Value, &r.problems)
	o.Require("name", "delivery")
	p := &Prize{Pos: e.Key.Pos, ID: e.Key.Text, places: map[string]source.Pos{}}
	for _, key := range []string{"name", "text", "image", "price", "currency", "segment"} {
		if o.Has(key) {
			p.places[key] = o.At(key)
		}
	}
	p.Name, p.Text = r.words(o.Node("name"), MaxName), r.words(o.Node("text"), MaxText)
	p.Image, p.Segment = o.Text("image"), o.Text("segment")
	p.Price = r.price(o)
	p.from, p.until = r.period(o)
	p.Limit = r.limit(o)
	p.Value, p.Tax = r.value(o)
	p.Delivery, p.Pool = r.delivery(o, p.ID)
	o.Done()
	r.s.Prizes, r.s.byID[p.ID] = append(r.s.Prizes, p), p
}

// words reads one text, or one for each language.
func (r *reader) words(n *source.Node, most int) Words {
	if n == nil {
		return nil
	}
	if n.Kind != source.Map {
		return Words{"": r.short(n, most)}
	}
	w := Words{}
	for i, e := range n.Entries {
		text := r.short(e.Value, most)
		if w[e.Key.Text] = text; i == 0 {
			w[""] = text
		}
	}
	return w
}

func (r *reader) short(n *source.Node, most int) string {
	text := n.AsText(&r.problems)
	switch {
	case n.Kind != source.Scalar:
	case strings.TrimSpace(text) == "":
		r.report(n.Pos, "L124", source.Sentence("слов нет", "there are no words"), source.Sentence("напишите их или сотрите ключ", "write them, or delete the key"))
	case utf8.RuneCountInString(text) > most:
		r.report(n.Pos, "L125", source.Sentence("больше %d: знаков", "more than %d characters", most), source.Sentence("сократите", "shorten it"))
	}
	return text
}

func shorten(s string) string {
	if r := []rune(s); len(r) > MaxName {
		s = string(r[:MaxName]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// maxPrice bounds a slip of the pen.
var maxPrice = big.NewRat(100_000_000, 1)

func (r *reader) price(o *source.Object) *Price {
	if !o.Has("price") {
		if o.Has("currency") {
			r.report(o.At("currency"), "L650", source.Sentence("валюта есть, а цены нет", "there is a currency and no price"), source.Sentence("впишите price или сотрите currency", "write the price, or delete the currency"))
		}
		return nil
	}
	p := &Price{Currency: o.Text("currency"), amount: o.Decimal("price")}
	switch {
	case p.amount == nil:
		p.amount = new(big.Rat)
	case p.amount.Sign() <= 0 || p.amount.Cmp(maxPrice) > 0:
		r.report(o.At("price"), "L650", source.Sentence("цена не подходит", "the price does not do"), source.Sentence("пишите число больше нуля: price: 300; приз, который не продаётся, пишут без price", "write a number above zero: price: 300; what cannot be bought has no price"))
	}
	return p
}

func (r *reader) period(o *source.Object) (from, until time.Time) {
	from = r.day(o, "from")
	if last := r.day(o, "to"); !last.IsZero() {
		until = last.AddDate(0, 0, 1)
	}
	if !until.IsZero() && !from.Before(until) {
		r.report(o.At("to"), "L652", source.Sentence("приз уходит с витрины раньше, чем появляется", "the prize leaves the showcase before it comes"), source.Sentence("поменяйте дни местами", "swap the days"))
	}
	return from, until
}

func (r *reader) day(o *source.Object, key string) time.Time {
	text := o.Text(key)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, r.zone)
	if err != nil {
		r.report(o.At(key), "L652", source.Sentence("«%s» - не день", "%q is not a day", shorten(text)), source.Sentence("пишите год-месяц-день: 2026-12-01", "write year-month-day: 2026-12-01"))
	}
	return day
}

// maxLimit is more than anybody wants of one prize.
const maxLimit = 1000

func (r *reader) limit(o *source.Object) Limit {
	l := Limit{Count: o.Int("limit"), Per: Per(o.Text("per"))}
	if o.Has("limit") && (l.Count < 1 || l.Count > maxLimit) {
		r.report(o.At("limit"), "L653", source.Sentence("столько призов в одни руки не дать", "nobody may have so many of them"), source.Sentence("пишите от 1 до %d; без limit - сколько угодно", "write 1 to %d; without a limit, any number", maxLimit))
	}
	switch {
	case !o.Has("per"):
	case !slices.Contains(pers, string(l.Per)):
		r.report(o.At("per"), "L653", source.Sentence("нет срока «%s»", "there is no time %q", shorten(string(l.Per))), source.Meant(string(l.Per), pers))
	case !o.Has("limit"):
		r.report(o.At("per"), "L653", source.Sentence("срок есть, а сколько призов за него - нет", "there is a time, and no number for it"), source.Sentence("впишите limit: 1", "write limit: 1"))
	}
	return l
}

var hundred = big.NewRat(100, 1)

// value reads what the prize is worth in rubles, and how it is taxed.
func (r *reader) value(o *source.Object) (kopecks int64, tax Tax) {
	if tax = Tax(o.Text("tax")); o.Has("tax") && !slices.Contains(taxes, string(tax)) {
		r.report(o.At("tax"), "L124", source.Sentence("нет налогового класса «%s»", "there is no tax class %q", shorten(string(tax))), source.Meant(string(tax), taxes))
	}
	rubles := o.Decimal("value")
	if rubles == nil {
		return 0, tax
	}
	minor := new(big.Rat).Mul(rubles, hundred)
	switch {
	case minor.Sign() < 0 || !minor.IsInt():
		r.report(o.At("value"), "L124", source.Sentence("стоимость - рубли и копейки", "the value is rubles and kopecks"), source.Sentence("пишите, например, value: 450", "write for example value: 450"))
	case minor.Cmp(big.NewRat(MaxValue, 1)) > 0:
		r.report(o.At("value"), "L654", source.Sentence("приз дороже %d ₽", "the prize is worth more than %d ₽", MaxValue/100), source.Sentence("такие выдавайте сами, с документами: здесь их пока не спрашивают", "hand such prizes over yourselves, with documents: they are not asked for here yet"))
	default:
		return minor.Num().Int64(), tax
	}
	return 0, tax
}

// delivery reads how the prize is handed over. Codes lie in the pool of the prize's
// own name unless another one is told.
func (r *reader) delivery(o *source.Object, id string) (d Delivery, pool string) {
	d, pool = Delivery(o.Text("delivery")), o.Text("pool")
	switch {
	case o.Has("delivery") && !slices.Contains(deliveries, string(d)):
		r.report(o.At("delivery"), "L651", source.Sentence("«%s» - не способ выдать приз", "%q is no way to hand a prize over", shorten(string(d))), source.Meant(string(d), deliveries))
	case o.Has("pool") && d != Code:
		r.report(o.At("pool"), "L651", source.Sentence("коды из pool получают только при delivery: code", "codes of a pool are given only with delivery: code"), source.Sentence("уберите pool или поставьте delivery: code", "remove the pool, or write delivery: code"))
	case o.Has("pool") && !goodID.MatchString(pool):
		r.report(o.At("pool"), "L651", source.Sentence("имя набора кодов «%s» не подходит", "the name of the pool %q does not do", shorten(pool)), source.Sentence("буквы, цифры и _, сначала буква", "letters, digits and _, a letter first"))
	case d == Code && pool == "":
		pool = id
	}
	return d, pool
}

// GoodID says whether a text may name a prize or a pool of codes.
func GoodID(text string) bool { return goodID.MatchString(text) }
