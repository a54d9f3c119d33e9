package telegram

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"besedka/bots"
)

// SetMenu implements bots.Menued. The commands of the main language are set without
// one: whoever speaks none of the others sees them.
func (a *Adapter) SetMenu(ctx context.Context, m bots.Menu) error {
	for _, lang := range slices.Sorted(maps.Keys(m.Commands)) {
		list := []models.BotCommand{}
		for _, c := range m.Commands[lang] {
			list = append(list, models.BotCommand{Command: c.Name, Description: c.Title})
		}
		if lang == m.Lang {
			lang = ""
		}
		if _, err := a.api.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: list, LanguageCode: lang}); err != nil {
			return fmt.Errorf("set commands: %w", classify(err))
		}
	}
	var button models.InputMenuButton = models.MenuButtonCommands{Type: models.MenuButtonTypeCommands}
	if m.Page != "" {
		button = models.MenuButtonWebApp{Type: models.MenuButtonTypeWebApp, Text: m.Title, WebApp: models.WebAppInfo{URL: m.Page}}
	}
	if _, err := a.api.SetChatMenuButton(ctx, &bot.SetChatMenuButtonParams{MenuButton: button}); err != nil {
		return fmt.Errorf("set menu button: %w", classify(err))
	}
	return nil
}
