package gateway

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// errCannotEdit sends m as a message of its own.
var errCannotEdit = errors.New("there is no message to change")

// edit changes the message whose place m takes, and returns that. Nothing is
// changed that the person may not look at any more: the news must be heard. To
// change a message twice does no harm, so an outcome that is unknown is as good as
// none.
func (d *Deliver) edit(ctx context.Context, l *conversation.Lane, m *conversation.Send) (conversation.Earlier, error) {
	editor, ok := d.adapter.(bots.Editor)
	if !ok {
		return conversation.Earlier{}, errCannotEdit
	}
	over, ok, err := d.conv.Earlier(ctx, l.Conversation, *m)
	switch {
	case err != nil:
		return conversation.Earlier{}, fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	case !ok || d.now().Sub(over.At) > chat.Fresh:
		return conversation.Earlier{}, errCannotEdit
	}
	err = editor.Edit(ctx, l.Peer, strconv.FormatInt(m.ID, 10), over.External, m.Wire)
	switch {
	case err == nil:
		return over, nil
	case errors.Is(err, bots.ErrRejected):
		err = errCannotEdit
	case errors.Is(err, bots.ErrUnknownOutcome):
		err = fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	return conversation.Earlier{}, err
}
