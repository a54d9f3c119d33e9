package ladder

import (
	"crypto/sha256"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"besedka/core/campaign/rules"
	"besedka/core/source"
)

// bonus is the currency where none is named; rubles have as many digits as it.
const (
	bonus       = "bonus"
	rubleDigits = 2
)

// reader collects a ladder and what is wrong with it.
type reader struct {
	l          *Ladder
	currencies map[string]int
	problems   []*source.Problem
}

// Parse reads a ladder; currencies are the programme's, with the digits of their minor
// units. With problems there is none.
func Parse(file string, text []byte, currencies map[string]int) (*Ladder, []*source.Problem) {
	root, problems := source.Parse(file, text)
	if root == nil {
		return nil, problems
	}
	r := &reader{l: &Ladder{Hash: sha256.Sum256(text)}, currencies: currencies, problems: problems}
	o := source.Fields(root, &r.problems)
	o.Require("by", "tiers")
	r.readMeasure(o)
	r.readTerm(o)
	r.readTiers(o)
	o.Done()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.l, nil
}

func (r *reader) report(at source.Pos, code string, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

func (r *reader) readMeasure(o *source.Object) {
	l := r.l
	if l.By = Measure(o.Text("by")); o.Has("by") && !slices.Contains(measures, string(l.By)) {
		r.report(o.At("by"), "L666", source.Sentence("уровни не считают по «%s»", "tiers do not go by %q", shorten(string(l.By))), source.Meant(string(l.By), measures))
	}
	if l.Currency = bonus; o.Has("currency") {
		l.Currency = o.Text("currency")
	}
	var known bool
	if l.Scale, known = r.currencies[l.Currency]; !known {
		names := slices.Sorted(maps.Keys(r.currencies))
		r.report(o.At("currency"), "L121", source.Sentence("нет валюты «%s»", "there is no currency %q", shorten(l.Currency)), source.Meant(l.Currency, names))
	}
	l.Period = o.Text("period")
	switch told := o.Has("period"); {
	case told && l.By == Balance:
		r.report(o.At("period"), "L666", source.Sentence("у баланса нет срока: считается то, что есть сейчас", "a balance has no period: it is what there is now"), source.Sentence("сотрите period", "delete the period"))
	case told && !calendar(l.Period):
		r.report(o.At("period"), "L666", source.Sentence("«%s» - не срок", "%q is not a period", shorten(l.Period)), source.Sentence("пишите P12M, P90D или P1Y", "write P12M, P90D or P1Y"))
	case !told && (l.By == Earned || l.By == Turnover):
		r.report(o.At("by"), "L666", source.Sentence("не сказано, за какой срок считать", "nobody told for what period"), source.Sentence("добавьте period: P12M - за последние двенадцать месяцев", "add period: P12M, the last twelve months"))
	}
}

// calendar says whether a text is a number of days, months or years.
func calendar(text string) bool { return rules.IsLifetime(text) && strings.HasPrefix(text, "P") }

var graceDays = regexp.MustCompile(`^P([1-9][0-9]{0,2})D$`)

func (r *reader) readTerm(o *source.Object) {
	if r.l.Term = o.Text("term"); o.Has("term") && !calendar(r.l.Term) {
		r.report(o.At("term"), "L669", source.Sentence("«%s» - не срок", "%q is not a term", shorten(r.l.Term)), source.Sentence("пишите P12M, P90D или P1Y; без term уровень навсегда", "write P12M, P90D or P1Y; without a term a tier is for ever"))
	}
	downs, down := []string{"base", "one"}, o.Text("downgrade")
	if r.l.OneDown = down == "one"; o.Has("downgrade") && !slices.Contains(downs, down) {
		r.report(o.At("downgrade"), "L669", source.Sentence("нет правила «%s»", "there is no rule %q", shorten(down)), source.Meant(down, downs))
	}
	if o.Has("grace") {
		if m := graceDays.FindStringSubmatch(o.Text("grace")); m != nil {
			r.l.grace, _ = strconv.Atoi(m[1])
		} else {
			r.report(o.At("grace"), "L669", source.Sentence("«%s» - не число дней", "%q is not a number of days", shorten(o.Text("grace"))), source.Sentence("пишите P14D: четырнадцать дней", "write P14D: fourteen days"))
		}
	}
	for _, key := range []string{"downgrade", "grace"} {
		if o.Has(key) && !o.Has("term") {
			r.report(o.At(key), "L669", source.Sentence("без term уровень навсегда, и %s не пригодится", "without a term a tier is for ever, and %s is never used", key), source.Sentence("добавьте term: P12M или сотрите %s", "add term: P12M, or delete %s", key))
		}
	}
}

func (r *reader) readTiers(o *source.Object) {
	entries := o.Map("tiers")
	if o.Has("tiers") && len(entries) < 2 {
		r.report(o.At("tiers"), "L665", source.Sentence("уровней меньше двух", "there are fewer than two tiers"), source.Sentence("первый есть у всех, остальных достигают", "the first one is everybody's, the others are reached"))
	}
	if len(entries) > MaxTiers {
		r.report(entries[MaxTiers].Key.Pos, "L125", source.Sentence("больше %d: уровней", "more than %d tiers", MaxTiers), source.Sentence("сократите", "shorten the list"))
		entries = entries[:MaxTiers]
	}
	for _, e := range entries {
		r.readTier(e)
	}
}

var goodID = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_]{0,39}$`)

func (r *reader) readTier(e source.Entry) {
	if !goodID.MatchString(e.Key.Text) {
		r.report(e.Key.Pos, "L123", source.Sentence("имя «%s» не подходит", "the name %q does not do", shorten(e.Key.Text)),
			source.Sentence("имя - буквы, цифры и _, сначала буква, не длиннее 40 знаков", "a name is letters, digits and _, a letter first, at most 40 characters"))
	}
	o := source.Fields(e.Value, &r.problems)
	o.Require("title")
	t := &Tier{Pos: e.Key.Pos, ID: e.Key.Text, TitleNode: o.Node("title"), TextNode: o.Node("text"), deltaAt: o.At("balance_delta")}
	r.short(t.TitleNode, MaxTitle)
	r.short(t.TextNode, MaxText)
	t.From = r.threshold(o)
	t.Delta = r.delta(o, t.From)
	o.Done()
	r.l.Tiers = append(r.l.Tiers, t)
}

func (r *reader) short(n *source.Node, most int) {
	if n == nil || n.Kind != source.Scalar {
		return
	}
	text := n.AsText(&r.problems)
	switch {
	case strings.TrimSpace(text) == "":
		r.report(n.Pos, "L124", source.Sentence("слов нет", "there are no words"), source.Sentence("напишите их или сотрите ключ", "write them, or delete the key"))
	case utf8.RuneCountInString(text) > most:
		r.report(n.Pos, "L125", source.Sentence("больше %d: знаков", "more than %d characters", most), source.Sentence("сократите", "shorten it"))
	}
}

// threshold reads from, in minor units: rubles of a turnover, else points.
func (r *reader) threshold(o *source.Object) int64 {
	digits := r.l.Scale
	if r.l.By == Turnover {
		digits = rubleDigits
	}
	from, ok := minor(o.Decimal("from"), digits)
	first := len(r.l.Tiers) == 0
	switch {
	case first && from != 0:
		r.report(o.At("from"), "L665", source.Sentence("первый уровень есть у всех", "the first tier is everybody's"), source.Sentence("уберите from: уровни пишут снизу вверх, первый - без порога", "delete from: tiers are written from low to high, the first one has no threshold"))
	case first:
	case !o.Has("from"):
		r.report(o.At("from"), "L665", source.Sentence("не сказано, когда уровень достигнут", "nobody told when the tier is reached"), source.Sentence("добавьте порог: from: 5000", "add a threshold: from: 5000"))
	case !ok:
		r.report(o.At("from"), "L665", source.Sentence("порог не подходит", "the threshold does not do"), source.Sentence("пишите число больше нуля, знаков после точки не больше %d", "write a number above zero with at most %d decimals", digits))
	case from <= r.l.Tiers[len(r.l.Tiers)-1].From:
		r.report(o.At("from"), "L665", source.Sentence("порог не выше, чем у уровня перед ним", "the threshold is not above that of the tier before"), source.Sentence("уровни пишут снизу вверх: порог каждого больше прежнего", "tiers are written from low to high, each threshold above the last"))
	}
	return from
}

// maxAmount bounds a slip of the pen, in minor units.
const maxAmount = 1_000_000_000_000

// minor is a number in minor units; false when it has more digits than those, or is
// far too large.
func minor(n *big.Rat, digits int) (int64, bool) {
	if n == nil {
		return 0, true
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	m := new(big.Rat).Mul(n, new(big.Rat).SetInt(unit))
	if !m.IsInt() || new(big.Rat).Abs(m).Cmp(big.NewRat(maxAmount, 1)) > 0 {
		return 0, false
	}
	return m.Num().Int64(), true
}

// delta reads what reaching the tier gives or takes.
func (r *reader) delta(o *source.Object, from int64) int64 {
	if !o.Has("balance_delta") {
		return 0
	}
	delta, ok := minor(o.Decimal("balance_delta"), r.l.Scale)
	at := o.At("balance_delta")
	switch {
	case len(r.l.Tiers) == 0:
		r.report(at, "L667", source.Sentence("первого уровня никто не достигает: он есть у всех", "nobody reaches the first tier: it is everybody's"), source.Sentence("сотрите balance_delta", "delete balance_delta"))
	case !ok || delta == 0:
		r.report(at, "L667", source.Sentence("столько баллов не дать и не взять", "so many points cannot be given or taken"), source.Sentence("пишите, например, 100 или -1000, знаков после точки не больше %d", "write for example 100 or -1000, with at most %d decimals", r.l.Scale))
	case r.l.By == Balance && -delta > from:
		r.report(at, "L667", source.Sentence("столько баллов у того, кто достиг уровня, может не быть", "who reaches the tier may not have so many points"), source.Sentence("берите не больше, чем from", "take no more than from"))
	}
	return delta
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > MaxTitle {
		s = string(runes[:MaxTitle]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}
