package staffgroup

import (
	"context"

	"besedka/bots"
	"besedka/bots/telegram"
)

// stumble is an update that could not be carried out, and how often it was tried.
type stumble struct {
	update int64
	times  int
}

// maxTimes is how often an update is tried while the database answers: then it is in the
// update itself, and the others do not wait for it any longer.
const maxTimes = 4

// take carries an update out, or lets it go when it never can be. A panic takes no process
// down.
func (g *Group) take(ctx context.Context, h telegram.Heard) error {
	var err error
	if panicked := bots.Guarded(func() error {
		err = g.hear(ctx, h)
		return nil
	}); panicked != nil {
		err = panicked
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if g.stumbled.update != h.ID {
		g.stumbled = stumble{update: h.ID}
	}
	if g.DB.Ping(ctx) == nil {
		g.stumbled.times++
	}
	if g.stumbled.times < maxTimes {
		return err
	}
	g.Log.ErrorContext(ctx, "an update of the staff's group is given up", "account", g.Forum.Account(), "update", h.ID, "err", err)
	return nil
}
