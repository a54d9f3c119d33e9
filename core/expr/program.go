package expr

import (
	"fmt"

	"besedka/core/source"
)

// Lookup finds a fact by its name; false when nobody knows it.
type Lookup = func(name string) (Value, bool)

// A Scope is what an expression may speak of.
type Scope struct {
	Names map[string]Kind // facts; a name may be dotted: receipt.total
	Funcs map[string]Func

	// Choices are the only texts or branches that some facts are compared with
	// to any purpose, by fact; others are taken for a slip of the pen.
	Choices map[string][]string
}

// A Func is a function of the language. Given names facts that are looked up
// at each call and follow the arguments, as today does in days_since(date).
// An unknown argument makes the result unknown without a call.
type Func struct {
	Args   []Kind
	Given  []string
	Result Kind
	Call   func(args []Value) (Value, error)
}

// A Program is a checked expression. It may be used by many goroutines.
type Program struct {
	kind       Kind
	names      []string
	eval       eval
	comparison *Comparison
	probes     map[string][]Value // see compiler.probes; nil when trying values says nothing
	probed     map[string]Kind    // of the facts in probes
}

// eval computes one node; what it returns is of the node's kind or unknown.
type eval func(look Lookup) (Value, error)

// A Comparison is the simplest condition: one fact beside one literal.
type Comparison struct {
	Name string
	Op   string // one of == != < <= > >=, with the fact on the left
	Want Value
}

// Kind returns the kind of the result.
func (p *Program) Kind() Kind { return p.kind }

// Names returns the facts that the program reads, sorted. The caller leaves
// the slice alone.
func (p *Program) Names() []string { return p.names }

// Comparison returns the program as a Comparison when it is one, else nil.
func (p *Program) Comparison() *Comparison { return p.comparison }

// Eval computes the program; the result is of its Kind or unknown. It fails
// when a fact is of another kind than the Scope said, or a function fails.
func (p *Program) Eval(lookup Lookup) (Value, error) { return p.eval(lookup) }

// Holds evaluates a condition: unknown does not hold.
func (p *Program) Holds(lookup Lookup) (bool, error) {
	v, err := p.eval(lookup)
	return v.Bool(), err
}

// Condition compiles an expression that must be true or false.
func Condition(src string, at func(offset int) source.Pos, scope Scope) (*Program, []*source.Problem) {
	p, problems := Compile(src, at, scope)
	if p == nil || p.kind == Bool {
		return p, problems
	}
	return nil, []*source.Problem{{
		Pos: at(0), Code: "L114",
		What: source.Text{
			Ru: "условие должно быть да или нет, а это: " + p.kind.Name().Ru,
			En: "a condition must be true or false, and this is " + p.kind.Name().En,
		},
		Cure: source.Sentence("сравните с чем-нибудь: ==, >=, in", "compare it with something: ==, >=, in"),
	}}
}

func readFact(name string, kind Kind) eval {
	return func(look Lookup) (Value, error) {
		v, ok := look(name)
		if !ok || v.kind == 0 {
			return Value{}, nil
		}
		if !accepts(kind, v.kind) {
			return Value{}, fmt.Errorf("fact %s: it is %s, not %s", name, v.kind.Name().En, kind.Name().En)
		}
		return v, nil
	}
}
