package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"besedka/core/source"
)

// Holdout is the variant that gets neither rewards nor messages.
const Holdout = "x"

// An experiment gives a campaign to some of the members only. Its zero value is
// none.
type experiment struct {
	name    string
	weights []weight // sorted by name; they add up to 100
	variant string   // whose campaign this is
}

type weight struct {
	variant string
	percent int64
}

func (r *reader) readExperiment() {
	if !r.o.Has("experiment") {
		return
	}
	o := r.o.Object("experiment")
	o.Require("name", "weights", "variant")
	e := experiment{name: o.Text("name"), variant: o.Text("variant")}
	total, names := int64(0), []string{}
	for _, entry := range o.Map("weights") {
		w := weight{entry.Key.Text, entry.Value.AsInt(&r.problems)}
		if w.percent < 0 || w.percent > 100 {
			r.report(entry.Value.Pos, "L616", source.Sentence("доля в процентах - от 0 до 100", "a share is 0 to 100 percent"), source.Sentence("пишите целое число", "write a whole number"))
		}
		total += w.percent
		e.weights, names = append(e.weights, w), append(names, w.variant)
	}
	if o.Has("weights") && total != 100 {
		r.report(o.At("weights"), "L616", source.Sentence("доли складываются не в 100, а в %d", "the shares add up to %d, not to 100", total), source.Sentence("исправьте числа", "mend the numbers"))
	}
	if e.variant == Holdout {
		r.report(o.At("variant"), "L616", source.Sentence("вариант x - это те, кому не дают ничего", "variant x is those who are given nothing"), source.Sentence("назовите другой вариант", "name another variant"))
	} else if e.variant != "" {
		r.unknown(o.At("variant"), e.variant, names, source.Sentence("варианта", "variant"))
	}
	o.Done()
	slices.SortFunc(e.weights, func(a, b weight) int { return strings.Compare(a.variant, b.variant) })
	r.c.experiment, r.c.experimentAt = e, r.o.At("experiment")
}

func (e experiment) same(other experiment) bool { return slices.Equal(e.weights, other.weights) }

// of is the variant of a member: always the same, and independent of those of
// other experiments.
func (e experiment) of(member int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", e.name, member))
	at := int64(binary.BigEndian.Uint64(sum[:8]) % 100)
	for _, w := range e.weights {
		if at -= w.percent; at < 0 {
			return w.variant
		}
	}
	return Holdout
}
