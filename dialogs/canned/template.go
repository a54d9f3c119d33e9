package canned

import (
	"context"
	"errors"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/locales"
)

// Templates are what a messenger takes at any time, of those whose values are known of the
// member of a conversation now and are for by to see; no advertising that they have not
// agreed to.
func (s *Service) Templates(ctx context.Context, now time.Time, by staff.Person, id int64) (all []*chat.Template, err error) {
	p := s.Programme()
	var names []string
	for _, t := range p.Templates {
		for _, lines := range t.Values {
			for _, line := range lines {
				names = append(names, line.Needs...)
			}
		}
	}
	known, lang, err := s.Known(ctx, now, p, id, names)
	if err != nil {
		return nil, err
	}
	look := seen(by, known.Look)
	for _, t := range p.Templates {
		filled := t.In(p, lang, func(name string) (locales.Arg, bool) {
			v, ok := look(name)
			return flows.Arg(v), ok
		})
		if filled == nil {
			continue
		}
		may, err := s.maySay(ctx, filled, id)
		if err != nil {
			return nil, err
		}
		if may {
			all = append(all, filled)
		}
	}
	return all, nil
}

// maySay leaves advertising to those who want it, by all that they have said.
func (s *Service) maySay(ctx context.Context, t *chat.Template, to int64) (bool, error) {
	if !t.Marketing {
		return true, nil
	}
	may, err := s.MayAdvertise(ctx, to)
	if errors.Is(err, conversation.ErrUnheard) {
		return false, nil
	}
	return may, err
}
