package flows

import "slices"

// Needs are the names without which the question of a step would be asked with holes in
// it, or lead nobody knows where: those that its words print, and the variables of the flow
// that it decides by.
func (f *Flow) Needs(s *Step) (names []string) {
	variable := func(x *Expr) {
		if !x.known() {
			return
		}
		for _, name := range x.Names() {
			if _, ok := f.vars[name]; ok {
				names = append(names, name)
			}
		}
	}
	for _, list := range [][]Assign{s.Set, s.With} {
		for _, a := range list {
			variable(a.Value)
		}
	}
	for _, r := range s.Routes {
		variable(r.When)
	}
	for _, t := range []*Text{s.Say, s.Ask} {
		if t == nil {
			continue
		}
		for _, c := range t.Cases {
			variable(c.When)
			c.every(func(_ string, lines []*Line) {
				for _, line := range lines {
					names = append(names, line.Needs...)
				}
			})
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
