package gateway

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"besedka/bots"
	"besedka/core/conversation"
)

// sendTemplate says outside the window what stands in for m. Advertising goes to who has
// agreed to it and has not refused since: asked at the last moment, as m may have waited
// long.
func (d *Deliver) sendTemplate(ctx context.Context, l *conversation.Lane, m *conversation.Send) (done attempt, err error) {
	t := *m.Wire.Template
	to, ok := d.adapter.(bots.Templater)
	if !ok {
		return done, bots.ErrWindowClosed
	}
	if t.Marketing {
		switch may, err := d.mayAdvertise(ctx, l); {
		case err != nil:
			return done, err
		case !may:
			return done, fmt.Errorf("%w, and template %s is advertising nobody asked for", bots.ErrWindowClosed, t.Name)
		}
	}
	done.template = true
	done.external, err = to.SendTemplate(ctx, l.Peer, strconv.FormatInt(m.ID, 10), t)
	switch {
	case errors.Is(err, bots.ErrRejected): // that is its template: the message itself may pass
		err = fmt.Errorf("%w %s (%s): %s", bots.ErrTemplate, t.Name, t.Lang, err.Error())
	case err != nil:
		err = fmt.Errorf("template %s (%s): %w", t.Name, t.Lang, err)
	}
	return done, err
}

// toldTwice says whether the messenger, whatever we think of the window, has found it
// closed for m before and after the person may have written.
func toldTwice(m *conversation.Send) bool {
	return m.Wire.Template != nil && m.Reason == "window_closed" && m.Attempts > 1
}

// lateAdvertising refuses advertising that has waited for the person to write, once the
// window is open again: what they wrote may be that they want none. Whoever has not agreed
// to it does not get it for that either.
func (d *Deliver) lateAdvertising(ctx context.Context, l *conversation.Lane, m *conversation.Send) error {
	waited := m.Reason == "window_closed" || m.Reason == refusedTemplate
	if m.Wire.Template == nil || !m.Wire.Template.Marketing || !waited || l.Shut(d.now()) {
		return nil
	}
	switch may, err := d.mayAdvertise(ctx, l); {
	case err != nil:
		return err
	case !may:
		return fmt.Errorf("%w: advertising nobody asked for", bots.ErrRejected)
	}
	return nil
}

// errUnasked is when nobody can tell whether the person wants advertising: the answer is
// asked for again, and the message is what it was until then.
var errUnasked = errors.New("not known whether advertising is wanted")

// mayAdvertise asks whether the person wants advertising now, by all that they have said.
func (d *Deliver) mayAdvertise(ctx context.Context, l *conversation.Lane) (bool, error) {
	may, err := d.conv.MayAdvertise(ctx, l.Conversation)
	if err != nil {
		err = fmt.Errorf("%w: %w", errUnasked, err)
	}
	return may, err
}
