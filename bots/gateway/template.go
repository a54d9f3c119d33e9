package gateway

import (
	"context"
	"fmt"
	"strconv"

	"besedka/bots"
	"besedka/core/conversation"
)

// sendTemplate says outside the window what stands in for m. Advertising goes to who has
// agreed to it and has not refused since: asked at the last moment, as m may have waited
// long.
func (d *Deliver) sendTemplate(ctx context.Context, l conversation.Lane, m conversation.Send) (done attempt, err error) {
	t := *m.Wire.Template
	to, ok := d.adapter.(bots.Templater)
	if !ok {
		return done, bots.ErrWindowClosed
	}
	if t.Marketing {
		switch may, err := d.conv.MayAdvertise(ctx, l.Conversation); {
		case err != nil:
			return done, fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
		case !may:
			return done, fmt.Errorf("%w, and template %s is advertising nobody asked for", bots.ErrWindowClosed, t.Name)
		}
	}
	done.template = true
	if done.external, err = to.SendTemplate(ctx, l.Peer, strconv.FormatInt(m.ID, 10), t); err != nil {
		err = fmt.Errorf("template %s (%s): %w", t.Name, t.Lang, err)
	}
	return done, err
}
