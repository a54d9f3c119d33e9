package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"besedka/bots/staffgroup"
	bot "besedka/bots/telegram"
	"besedka/core/staff"
	"besedka/locales"
	"besedka/web"
)

// staffGroup is the Telegram group in which the staff answer shoppers; without a token
// there is none. Its bot is not the one of the shoppers: what the staff are told must not
// eat the shoppers' limits.
type staffGroup struct {
	Token  secret `help:"Token of the staff's own bot, from @BotFather; not the shoppers' one." env:"BESEDKA_STAFF_GROUP_TOKEN"`
	Chat   int64  `help:"Number of the staff's group, which the bot answers to /id there." env:"BESEDKA_STAFF_GROUP_CHAT"`
	Server string `help:"Address of the Bot API; by default Telegram's own." env:"BESEDKA_STAFF_GROUP_SERVER"`
}

// check refuses one bot in both places.
func (s staffGroup) check(shoppers secret) error {
	if s.Token == "" && s.Chat != 0 {
		return errors.New("--staff-group-chat names the staff's group, but their bot has no --staff-group-token")
	}
	if s.Token != "" && botOf(s.Token) == botOf(shoppers) {
		return errors.New("--staff-group-token is the bot that shoppers write to: the staff need another one, from @BotFather")
	}
	return nil
}

// botOf is the number of the bot that a token is of.
func botOf(token secret) string {
	id, _, _ := strings.Cut(string(token), ":")
	return id
}

// openGroup wires the staff's group, if there is one. It touches no network.
func (a *app) openGroup() error {
	if a.settings.group.Token == "" {
		return nil
	}
	forum, err := bot.NewForum(bot.Config{Token: string(a.settings.group.Token), Server: a.settings.group.Server, Now: a.now, Log: a.log})
	if err != nil {
		return fmt.Errorf("staff's group: %w", err)
	}
	a.group = staffgroup.New(staffgroup.Config{
		Forum: forum, Chat: a.settings.group.Chat, DB: a.db, Door: a.door, Media: a.media, Site: a.baseURL, Mark: a.voice().Mark, Now: a.now, Log: a.log,
		Programme: a.programme, Words: func() *locales.Printer { return a.texts.Printer(a.programme().Base()) },
	})
	return nil
}

// groupLoops are those of the staff's group.
func (a *app) groupLoops() []loop {
	if a.group == nil {
		return nil
	}
	return []loop{{"staff group", a.group.Step, 1, nil}, {"staff group's updates", a.group.ForgetStep, 1, nil}}
}

// groupCheck is what /readyz asks of the staff's group.
func (a *app) groupCheck() []web.Check {
	if a.group == nil {
		return nil
	}
	return []web.Check{{Name: "staff_group", Run: func(context.Context) (string, error) { return a.group.Trouble(), nil }}}
}

type staffGroupCmd struct {
	place
	Who int64 `arg:"" help:"Id of the person, from staff list."`
}

// Run prints what the person sends to the staff's bot, once, in their own chat with it.
func (c *staffGroupCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return withStaff(ctx, c.place, log, func(s *staff.Service) error {
		code, err := s.TelegramCode(ctx, time.Now(), 0, c.Who)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "/start %s\n", code)
		return err
	})
}
