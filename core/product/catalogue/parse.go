package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/fiscal"
	"besedka/core/source"
)

// reader collects a catalogue and what is wrong with it.
type reader struct {
	c        *Catalogue
	brands   map[string][]spelling // by id; the id is a spelling, too
	ids      []string              // of brands, as written
	problems []*source.Problem
}

// Parse reads a catalogue. With problems there is no catalogue.
func Parse(file string, text []byte) (*Catalogue, []*source.Problem) {
	root, problems := source.Parse(file, text)
	if root == nil {
		return nil, problems
	}
	r := &reader{
		c:      &Catalogue{byGTIN: map[string]*Product{}, byID: map[string]*Product{}, longest: maxGlued},
		brands: map[string][]spelling{}, problems: problems,
	}
	o := source.Fields(root, &r.problems)
	o.Require("products")
	r.readCategories(o.Map("categories"))
	r.readBrands(o.Map("brands"))
	for _, e := range upTo(r, MaxProducts, o.Map("products"), source.Sentence("товаров", "products")) {
		r.readProduct(e)
	}
	o.Done()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.c, nil
}

func (r *reader) report(at source.Pos, code string, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

// upTo cuts entries that are more than there may be, and tells so.
func upTo(r *reader, most int, entries []source.Entry, of source.Text) []source.Entry {
	if len(entries) <= most {
		return entries
	}
	r.report(entries[most].Key.Pos, "L125", source.Sentence("больше %d: "+of.Ru, "more than %d "+of.En, most), source.Sentence("сократите", "shorten the list"))
	return entries[:most]
}

var (
	goodID   = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_]{0,39}$`)
	goodPath = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_]{0,39}(\.\p{L}[\p{L}\p{N}_]{0,39}){0,7}$`)
)

func (r *reader) named(key *source.Node, good *regexp.Regexp, cure source.Text) bool {
	if good.MatchString(key.Text) {
		return true
	}
	r.report(key.Pos, "L123", source.Sentence("имя «%s» не подходит", "the name %q does not do", shorten(key.Text)), cure)
	return false
}

func shorten(s string) string {
	if r := []rune(s); len(r) > MaxText {
		s = string(r[:MaxText]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// readCategories reads the tree: every branch after the one it grows from.
func (r *reader) readCategories(entries []source.Entry) {
	cure := source.Sentence("имя - буквы, цифры и _; ветку пишут через точку: молочное.йогурты", "a name is letters, digits and _; a branch is written with a point: dairy.yogurt")
	for _, e := range upTo(r, MaxCategories, entries, source.Sentence("категорий", "categories")) {
		if !r.named(e.Key, goodPath, cure) {
			continue
		}
		above, _, nested := cutLast(e.Key.Text, ".")
		if nested && !r.hasCategory(above) {
			r.report(e.Key.Pos, "L121", source.Sentence("нет категории «%s», а эта стоит под ней", "there is no category %q, and this one stands below it", above),
				source.Sentence("впишите её выше", "write it above"))
		}
		r.c.Categories = append(r.c.Categories, Category{ID: e.Key.Text, Name: r.title(e.Value)})
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (r *reader) hasCategory(id string) bool {
	return slices.ContainsFunc(r.c.Categories, func(c Category) bool { return c.ID == id })
}

func (r *reader) title(n *source.Node) string {
	text := n.AsText(&r.problems)
	if n != nil && n.Kind == source.Scalar {
		r.short(n.Pos, text)
	}
	return text
}

func (r *reader) short(at source.Pos, text string) {
	if utf8.RuneCountInString(text) > MaxText {
		r.report(at, "L125", source.Sentence("больше %d: знаков", "more than %d characters", MaxText), source.Sentence("сократите", "shorten it"))
	}
}

// readBrands reads the ways in which brands are written, the first of them being
// the brand's name here. A spelling belongs to one brand.
func (r *reader) readBrands(entries []source.Entry) {
	owner := map[string]string{}
	for _, e := range upTo(r, MaxBrands, entries, source.Sentence("марок", "brands")) {
		list := r.spelling(nil, e.Key)
		if e.Value.Kind != source.Empty {
			list = append(list, r.spellings(e.Value)...)
		}
		for _, s := range list {
			if other, taken := owner[s.joint]; taken && other != e.Key.Text {
				r.vague(e.Key.Pos, source.Sentence("«%s» пишется так же, как марка «%s»", "%q is written like the brand %q", s.text, other),
					source.Sentence("оставьте написание у одной из них", "leave the spelling to one of them"))
			}
			owner[s.joint] = e.Key.Text
		}
		r.brands[e.Key.Text] = list
		r.ids = append(r.ids, e.Key.Text)
	}
}

func (r *reader) vague(at source.Pos, what, cure source.Text) { r.report(at, "L172", what, cure) }

// spellings reads one text or a list of them.
func (r *reader) spellings(n *source.Node) (list []spelling) {
	items := []*source.Node{n}
	switch {
	case n == nil:
		return nil
	case n.Kind == source.List:
		items = n.Items
	}
	if len(items) > MaxSpellings {
		r.report(items[MaxSpellings].Pos, "L125", source.Sentence("больше %d: написаний", "more than %d spellings", MaxSpellings), source.Sentence("сократите", "shorten the list"))
		items = items[:MaxSpellings]
	}
	for _, item := range items {
		list = r.spelling(list, item)
	}
	return list
}

// spelling adds what a node spells, unless it is of nothing that could be found.
func (r *reader) spelling(list []spelling, n *source.Node) []spelling {
	text := n.AsText(&r.problems)
	if n.Kind != source.Scalar {
		return list
	}
	r.short(n.Pos, text)
	s := spell(text)
	if len(s.words) == 0 {
		r.vague(n.Pos, source.Sentence("в «%s» нет ни букв, ни цифр", "%q has neither letters nor digits", shorten(text)), source.Sentence("напишите слово, как в чеке", "write the word as receipts have it"))
		return list
	}
	r.c.longest = max(r.c.longest, len(s.words))
	return append(list, s)
}

func (r *reader) readProduct(e source.Entry) {
	named := r.named(e.Key, goodID, source.Sentence("имя - буквы, цифры и _, сначала буква, не длиннее 40 знаков", "a name is letters, digits and _, a letter first, at most 40 characters"))
	o := source.Fields(e.Value, &r.problems)
	o.Require("name")
	p := &Product{ID: e.Key.Text, Name: r.title(o.Node("name")), Category: o.Text("category")}
	if o.Has("category") && !r.hasCategory(p.Category) {
		ids := make([]string, len(r.c.Categories))
		for i, c := range r.c.Categories {
			ids[i] = c.ID
		}
		r.report(o.At("category"), "L121", source.Sentence("нет категории «%s»", "there is no category %q", shorten(p.Category)), source.Meant(p.Category, ids))
	}
	p.brand = r.brandOf(o)
	p.kinds, p.excludes = r.spellings(o.Node("kind")), r.spellings(o.Node("exclude"))
	p.packs, p.fats = r.measures(o.Node("pack"), false), r.measures(o.Node("fat"), true)
	r.readGTINs(p, o.Node("gtin"))
	r.checkTold(p, o, e.Key.Pos)
	o.Done()
	if named {
		r.c.Products, r.c.byID[p.ID] = append(r.c.Products, p), p
	}
}

func (r *reader) brandOf(o *source.Object) []spelling {
	id := o.Text("brand")
	list, ok := r.brands[id]
	if o.Has("brand") && !ok {
		r.report(o.At("brand"), "L121", source.Sentence("нет марки «%s»", "there is no brand %q", shorten(id)), source.Meant(id, r.ids))
	}
	return list
}

// measures reads 930 мл, or 3,2 % when they are of fat, or a list of them.
func (r *reader) measures(n *source.Node, fat bool) (list []measure) {
	example := source.Sentence("пишите число и единицу: 930 мл, 1 л, 250 г, 1 кг, 10 шт", "write a number and a unit: 930 ml, 1 l, 250 g, 1 kg, 10 pcs")
	if fat {
		example = source.Sentence("пишите число и знак процента: 3,2 %%", "write a number and a percent sign: 3.2 %%")
	}
	texts := n.AsTexts(&r.problems)
	for i, text := range texts {
		at := n.Pos
		if n.Kind == source.List {
			at = n.Items[i].Pos
		}
		m, ok := parseMeasure(text)
		if !ok || (m.amount.unit == '%') != fat {
			r.report(at, "L171", source.Sentence("«%s» здесь не читается", "%q cannot be read here", shorten(text)), example)
			continue
		}
		list = append(list, m)
	}
	return list
}

// readGTINs reads EAN-8, UPC, EAN-13 and GTIN-14. A number names one product.
func (r *reader) readGTINs(p *Product, n *source.Node) {
	for i, text := range n.AsTexts(&r.problems) {
		at := n.Pos
		if n.Kind == source.List {
			at = n.Items[i].Pos
		}
		gtin := fiscal.GTIN(text)
		other := r.c.byGTIN[gtin]
		switch {
		case gtin == "":
			r.report(at, "L170", source.Sentence("«%s» - не штрихкод: не та длина или последняя цифра", "%q is no bar code: its length or its last digit is wrong", shorten(text)),
				source.Sentence("перепишите цифры под штрихкодом ещё раз: их 8, 12, 13 или 14", "copy the digits below the bars again: there are 8, 12, 13 or 14"))
		case other != nil && other != p:
			r.report(at, "L170", source.Sentence("этот штрихкод уже у товара «%s»", "the product %q has this bar code already", other.ID), source.Sentence("оставьте его у одного", "leave it to one of them"))
		default:
			r.c.byGTIN[gtin] = p
		}
	}
}

// shortBrand is up to how many letters a brand is found in too many words to be
// taken alone.
const shortBrand = 4

// checkTold refuses what would be found everywhere or never.
func (r *reader) checkTold(p *Product, o *source.Object, at source.Pos) {
	switch {
	case !o.Has("brand") && !o.Has("gtin"):
		r.vague(at, source.Sentence("товар «%s» не по чему узнать", "there is nothing to know the product %q by", shorten(p.ID)), source.Sentence("впишите brand или gtin", "write brand or gtin"))
	case !o.Has("brand") && (o.Has("kind") || o.Has("exclude") || o.Has("pack") || o.Has("fat")):
		r.vague(at, source.Sentence("по словам без марки товар не узнают", "words without a brand do not tell a product"), source.Sentence("впишите brand", "write brand"))
	}
	short := slices.IndexFunc(p.brand, func(s spelling) bool { return s.runes <= shortBrand })
	if short >= 0 && len(p.kinds) == 0 {
		r.vague(o.At("brand"), source.Sentence("марка «%s» слишком коротка, чтобы узнать товар по ней одной", "the brand %q is too short to tell a product alone", p.brand[short].text),
			source.Sentence("впишите слова вида: kind: [молоко, мол]", "write words of its kind: kind: [milk]"))
	}
	for _, own := range slices.Concat(p.kinds, p.brand) {
		if i := slices.IndexFunc(p.excludes, func(x spelling) bool { return own.contains(&x) }); i >= 0 {
			r.vague(o.At("exclude"), source.Sentence("«%s» исключено, но стоит в «%s»: товар не найдётся", "%q is excluded and stands in %q: the product is never found", p.excludes[i].text, own.text),
				source.Sentence("уберите одно из двух", "remove one of the two"))
		}
	}
}
