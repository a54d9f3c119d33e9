package book

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/source"
)

// reader collects a book and what is wrong with it.
type reader struct {
	b        *Book
	where    map[*Store]source.Pos
	taken    map[string]int      // lines of ids of stores
	marks    map[string][]string // of addresses
	problems []*source.Problem
}

// Parse reads a book. With problems there is no book.
func Parse(file string, text []byte) (*Book, []*source.Problem) {
	root, problems := source.ParseUpTo(file, text, source.Limits{Bytes: MaxBytes, Nodes: MaxNodes})
	if root == nil {
		return nil, problems
	}
	r := &reader{b: &Book{stores: map[string]*Store{}}, where: map[*Store]source.Pos{}, taken: map[string]int{}, marks: map[string][]string{}, problems: problems}
	o := source.Fields(root, &r.problems)
	o.Require("partners")
	r.readOthers(o)
	for _, e := range upTo(r, MaxPartners, o.Map("partners"), source.Sentence("партнёров", "partners")) {
		r.readPartner(e)
	}
	o.Done()
	if len(r.problems) == 0 {
		r.b.index()
		r.checkTills()
		r.checkAddresses()
		r.checkTold()
	}
	if len(r.problems) > 0 {
		return nil, r.problems[:min(len(r.problems), source.MaxProblems)]
	}
	return r.b, nil
}

func (r *reader) report(at source.Pos, code string, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

// upTo cuts what is more than there may be, and tells so.
func upTo(r *reader, most int, entries []source.Entry, of source.Text) []source.Entry {
	if len(entries) <= most {
		return entries
	}
	r.many(entries[most].Key.Pos, most, of)
	return entries[:most]
}

func (r *reader) many(at source.Pos, most int, of source.Text) {
	r.report(at, "L125", source.Sentence("больше %d: "+of.Ru, "more than %d "+of.En, most), source.Sentence("сократите", "shorten the list"))
}

var goodID = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$`)

func (r *reader) named(key *source.Node) bool {
	if goodID.MatchString(key.Text) {
		return true
	}
	r.report(key.Pos, "L123", source.Sentence("имя «%s» не подходит", "the name %q does not do", shorten(key.Text)),
		source.Sentence("имя - буквы, цифры, _ и дефис, не больше 40", "a name is letters, digits, _ and hyphens, 40 at most"))
	return false
}

func shorten(s string) string {
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

const maxShown = 60

// The ways in which shops of nobody in the book are met.
const (
	ask  = "ask"
	pass = "pass"
)

func (r *reader) readOthers(o *source.Object) {
	text := o.Text("others")
	if r.b.pass = text == pass; o.Has("others") && text != ask && text != pass {
		r.report(o.At("others"), "L121", source.Sentence("others не бывает «%s»", "others is never %q", shorten(text)), source.Meant(text, []string{ask, pass}))
	}
}

func (r *reader) readPartner(e source.Entry) {
	o := source.Fields(e.Value, &r.problems)
	o.Require("name", "stores")
	p := &Partner{ID: e.Key.Text, Name: r.text(o, "name"), INN: r.readINNs(o.Node("inn")), Category: r.text(o, "category"), life: r.readLife(o)}
	entries := o.Map("stores")
	o.Done()
	if o.Has("stores") && len(entries) == 0 && o.Node("stores").Kind == source.Map {
		r.report(o.At("stores"), "L646", source.Sentence("у партнёра «%s» нет ни одного магазина", "the partner %q has no store", shorten(p.ID)),
			source.Sentence("впишите магазины или уберите партнёра", "write its stores, or remove the partner"))
	}
	if r.named(e.Key) {
		r.b.Partners = append(r.b.Partners, p)
	}
	for _, s := range entries {
		r.readStore(p, s)
	}
}

func (r *reader) readStore(p *Partner, e source.Entry) {
	if len(r.b.stores) == MaxStores {
		r.many(e.Key.Pos, MaxStores, source.Sentence("магазинов", "stores"))
	}
	o := source.Fields(e.Value, &r.problems)
	s := &Store{
		ID: e.Key.Text, Name: r.text(o, "name"), Address: r.readAddresses(o.Node("address")), Tills: r.readTills(o.Node("tills")),
		Format: r.text(o, "format"), Category: r.text(o, "category"), Zone: r.readZone(o), Partner: p, life: r.readLife(o),
	}
	o.Done()
	s.addSigns(r.marks)
	if s.Category == "" {
		s.Category = p.Category
	}
	line, twice := r.taken[s.ID]
	if twice {
		r.report(e.Key.Pos, "L102", source.Sentence("магазин «%s» уже есть в строке %d", "the store %q is already on line %d", shorten(s.ID), line),
			source.Sentence("дайте одному из них другое имя", "give one of them another name"))
		return
	}
	r.taken[s.ID], r.where[s] = e.Key.Line, e.Key.Pos
	if r.named(e.Key) {
		r.b.stores[s.ID], p.Stores = s, append(p.Stores, s)
	}
}

// text reads a short text of one line.
func (r *reader) text(o *source.Object, key string) string {
	text := o.Text(key)
	if utf8.RuneCountInString(text) > MaxText {
		r.report(o.At(key), "L125", source.Sentence("больше %d: знаков", "more than %d characters", MaxText), source.Sentence("сократите", "shorten it"))
	}
	return text
}

// each reads a list of texts, or one; good is told the place and the text of each.
func (r *reader) each(n *source.Node, most int, of source.Text, good func(at source.Pos, text string) bool) (list []string) {
	texts := n.AsTexts(&r.problems)
	if len(texts) > most {
		r.many(n.Items[most].Pos, most, of)
		texts = texts[:most]
	}
	for i, text := range texts {
		at := n.Pos
		if n.Kind == source.List {
			at = n.Items[i].Pos
		}
		if good(at, text) && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

func (r *reader) readINNs(n *source.Node) []string {
	return r.each(n, MaxINNs, source.Sentence("ИНН", "INN"), func(at source.Pos, text string) bool {
		if goodINN(text) {
			return true
		}
		r.report(at, "L640", source.Sentence("«%s» - не ИНН: не та длина или контрольная цифра", "%q is no INN: its length or its check digit is wrong", shorten(text)),
			source.Sentence("перепишите ещё раз: у организации 10 цифр, у предпринимателя 12", "copy it again: a firm has 10 digits, a person 12"))
		return false
	})
}

// tillDigits is how long the numbers of tills and fiscal drives are, tags 1037 and
// 1041.
const tillDigits = 16

func (r *reader) readTills(n *source.Node) []string {
	return r.each(n, MaxTills, source.Sentence("касс", "tills"), func(at source.Pos, text string) bool {
		if digits(text) && len(text) == tillDigits {
			return true
		}
		r.report(at, "L641", source.Sentence("«%s» - не касса", "%q is no till", shorten(text)),
			source.Sentence("впишите 16 цифр с чека: РН ККТ или ФН, с нулями впереди", "write the 16 digits of the receipt: РН ККТ or ФН, with leading zeros"))
		return false
	})
}

func (r *reader) readAddresses(n *source.Node) []string {
	return r.each(n, MaxAddresses, source.Sentence("адресов", "addresses"), func(at source.Pos, text string) bool {
		r.marks[text] = marks(text)
		switch {
		case utf8.RuneCountInString(text) > MaxText:
			r.report(at, "L125", source.Sentence("больше %d: знаков", "more than %d characters", MaxText), source.Sentence("оставьте улицу и дом", "leave the street and the house"))
		case !slices.ContainsFunc(r.marks[text], worded):
			r.report(at, "L644", source.Sentence("в адресе «%s» нечего узнавать", "there is nothing to know in the address %q", shorten(text)),
				source.Sentence("впишите город, улицу и дом, как на чеке; в списке каждый адрес берут в кавычки: запятая его режет", "write town, street and house as the receipt has them; in a list every address goes in quotes: a comma cuts it"))
		default:
			return true
		}
		return false
	})
}

// worded says whether a mark is a word: numbers alone are cut off from their street.
func worded(mark string) bool { return !strings.ContainsAny(mark, "0123456789") }

// zones are those of Russia, for who has mistaken one.
var zones = strings.Fields(`Europe/Kaliningrad Europe/Moscow Europe/Simferopol Europe/Volgograd Europe/Kirov Europe/Astrakhan Europe/Saratov Europe/Ulyanovsk
	Europe/Samara Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Barnaul Asia/Tomsk Asia/Novokuznetsk Asia/Krasnoyarsk Asia/Irkutsk Asia/Chita
	Asia/Yakutsk Asia/Vladivostok Asia/Magadan Asia/Sakhalin Asia/Srednekolymsk Asia/Kamchatka Asia/Anadyr`)

func (r *reader) readZone(o *source.Object) string {
	name := o.Text("zone")
	if o.Has("zone") {
		r.checkZone(o.At("zone"), name)
	}
	return name
}

func (r *reader) checkZone(at source.Pos, name string) {
	if slices.Contains(zones, name) {
		return
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		r.report(at, "L645", source.Sentence("нет часового пояса «%s»", "there is no time zone %q", shorten(name)), source.Meant(name, zones))
	}
}

// readLife reads the days between which something takes part.
func (r *reader) readLife(o *source.Object) life {
	l := life{Since: r.readDay(o, "since"), Until: r.readDay(o, "until")}
	if l.Until != "" && l.Until < l.Since {
		r.report(o.At("until"), "L647", source.Sentence("последний день раньше первого", "the last day is before the first"), source.Sentence("поменяйте их местами", "swap them"))
	}
	return l
}

func (r *reader) readDay(o *source.Object, key string) string {
	text := o.Text(key)
	if !o.Has(key) {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		r.report(o.At(key), "L647", source.Sentence("«%s» - не день", "%q is no day", shorten(text)), source.Sentence("пишите год-месяц-день: 2026-05-03", "write year-month-day: 2026-05-03"))
		return ""
	}
	return text
}
