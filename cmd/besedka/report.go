package main

import (
	"maps"
	"slices"

	"besedka/core/expr"
	"besedka/core/report"
	"besedka/flows"
)

// birthday is the field of the profile that ages are counted by.
const birthday = "birthday"

// reported is what of a programme its reports go by. People are grouped by nothing that
// they write in words: a group could be one of them.
func reported(p *flows.Programme) report.Programme {
	out := report.Programme{Zone: p.Location}
	for _, f := range p.Profile.Fields {
		switch {
		case f.Sealed:
		case f.Name == birthday && f.Kind == expr.Date:
			out.Birthday = f.Name
		case f.Type == flows.ChoiceType:
			out.Choices = append(out.Choices, report.Choice{Field: f.Name, Options: optionNames(f)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Flows)) {
		if stages := p.Flows[name].Stages(); len(stages) > 0 {
			out.Funnels = append(out.Funnels, report.Flow{Name: name, Stages: stages})
		}
		for _, step := range p.Flows[name].Steps {
			out.Steps = append(out.Steps, name+"/"+step.ID)
		}
	}
	return out
}

func optionNames(f flows.Field) (names []string) {
	for _, o := range f.Options {
		names = append(names, o.Name)
	}
	return names
}
