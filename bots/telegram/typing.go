package telegram

import (
	"context"
	"fmt"
	"strconv"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"besedka/bots"
)

// Typing implements bots.Typist.
func (a *Adapter) Typing(ctx context.Context, peer string) error {
	to, err := strconv.ParseInt(peer, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: peer is not a chat id", bots.ErrRejected)
	}
	if _, err := a.api.SendChatAction(ctx, &bot.SendChatActionParams{ChatID: to, Action: models.ChatActionTyping}); err != nil {
		return classify(err)
	}
	return nil
}
