package canned

import (
	"context"
	"time"

	"besedka/core/chat"
	"besedka/flows"
	"besedka/locales"
)

// Templates are what a messenger takes at any time, of those whose values are known of the
// member of a conversation now.
func (s *Service) Templates(ctx context.Context, now time.Time, conversation int64) (all []*chat.Template, err error) {
	p := s.Programme()
	var names []string
	for _, t := range p.Templates {
		for _, lines := range t.Values {
			for _, line := range lines {
				names = append(names, line.Needs...)
			}
		}
	}
	known, lang, err := s.Known(ctx, now, p, conversation, names)
	if err != nil {
		return nil, err
	}
	for _, t := range p.Templates {
		filled := t.In(p, lang, func(name string) (locales.Arg, bool) {
			v, ok := known.Look(name)
			return flows.Arg(v), ok
		})
		if filled != nil {
			all = append(all, filled)
		}
	}
	return all, nil
}
