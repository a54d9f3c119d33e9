package telegram

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"unicode/utf8"
)

// Command is a line of the menu of commands.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Limits of core.telegram.org/bots/api#botcommand.
const (
	maxCommands    = 100
	maxDescription = 256
)

var (
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
)

// setMyCommands sets the menu of one language, or with "" of all that have none.
func (s *Server) setMyCommands(_ context.Context, c call) (any, *apiError) {
	var list []Command
	if err := json.Unmarshal([]byte(c.fields["commands"]), &list); err != nil {
		return nil, badRequest("can't parse commands JSON object")
	}
	switch {
	case len(list) > maxCommands:
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	case !languageForm.MatchString(c.fields["language_code"]):
		return nil, badRequest("LANG_CODE_INVALID")
	}
	for _, one := range list {
		n := utf8.RuneCountInString(one.Description)
		switch {
		case !commandForm.MatchString(one.Command):
			return nil, badRequest("BOT_COMMAND_INVALID")
		case n < 1 || n > maxDescription:
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[c.fields["language_code"]] = list
	s.menus++
	s.change()
	return true, nil
}

// setChatMenuButton keeps what the button beside the text opens.
func (s *Server) setChatMenuButton(_ context.Context, c call) (any, *apiError) {
	var button struct {
		Type   string `json:"type"`
		Text   string `json:"text"`
		WebApp struct {
			URL string `json:"url"`
		} `json:"web_app"`
	}
	if err := json.Unmarshal([]byte(c.fields["menu_button"]), &button); err != nil {
		return nil, badRequest("can't parse menu button JSON object")
	}
	if button.Type == "web_app" && (button.Text == "" || !httpsForm.MatchString(button.WebApp.URL)) {
		return nil, badRequest("BUTTON_URL_INVALID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.button = button.WebApp.URL
	s.change()
	return true, nil
}

var httpsForm = regexp.MustCompile(`^https://`)

// Menu is the commands by language, "" for those that have none of their own; what
// the menu button opens; and how often commands were set.
func (s *Server) Menu() (commands map[string][]Command, button string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.commands), s.button, s.menus
}

// AwaitMenu returns once the bot has set commands in so many calls.
func (s *Server) AwaitMenu(ctx context.Context, times int) error {
	return s.await(ctx, func() bool { return s.menus >= times })
}

// sendChatAction shows what the bot does for five seconds.
func (s *Server) sendChatAction(_ context.Context, c call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.reach(c.chat()); refused != nil {
		return nil, refused
	}
	if c.fields["action"] != "typing" { // the only one that this server was ever asked for
		return nil, badRequest("wrong parameter action in request")
	}
	s.actions[c.chat()]++
	s.change()
	return true, nil
}

// Typing counts how often the bot has shown a chat that it works.
func (s *Server) Typing(chat int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.actions[chat]
}

// AwaitTyping returns once the bot has shown a chat so often that it works.
func (s *Server) AwaitTyping(ctx context.Context, chat int64, times int) error {
	return s.await(ctx, func() bool { return s.actions[chat] >= times })
}
