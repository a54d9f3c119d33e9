package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"

	"besedka/bots"
	"besedka/core/chat"
)

// Edit implements bots.Editor. Who changes a message to what it says already is
// told that it is not modified: then it is as wanted. A changed message can take no
// keyboard away.
func (a *Adapter) Edit(ctx context.Context, peer, id, external string, w chat.Wire) error {
	to, err := strconv.ParseInt(peer, 10, 64)
	message, wrong := strconv.Atoi(external)
	if err != nil || wrong != nil {
		return fmt.Errorf("%w: peer or message is not an id", bots.ErrRejected)
	}
	_, err = a.api.EditMessageText(withRequestID(ctx, id), &bot.EditMessageTextParams{
		ChatID: to, MessageID: message, Text: w.Text,
		ReplyMarkup: markup(chat.Wire{Keyboard: w.Keyboard, Thread: external}),
	})
	if err == nil || errors.Is(err, bot.ErrorBadRequest) && strings.Contains(err.Error(), "message is not modified") {
		return nil
	}
	return classify(err)
}
