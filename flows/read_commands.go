package flows

import (
	"regexp"
	"unicode/utf8"

	"besedka/core/source"
)

// Command is a line of the menu that a messenger shows beside the text: who chooses
// it writes its name behind a slash.
type Command struct {
	source.Pos
	Name  string // without the slash
	Title Words
}

// Limits of Telegram's menu, core.telegram.org/bots/api#botcommand.
const (
	MaxCommands     = 100
	maxCommandTitle = 256
)

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (l *loader) readCommands(o *source.Object) {
	for _, e := range atMost(l, MaxCommands, o.Map("commands"), o.At("commands"), source.Sentence("команд в меню", "commands in the menu")) {
		if !commandName.MatchString(e.Key.Text) {
			l.report(e.Key.Pos, "L671", source.Sentence("команды «%s» в меню не бывает", "a menu cannot have the command %q", shorten(e.Key.Text)),
				source.Sentence("пишите без косой черты до 32 строчных латинских букв, цифр и _: balance", "write up to 32 small latin letters, digits and _, without the slash: balance"))
			continue
		}
		c := Command{Pos: e.Key.Pos, Name: e.Key.Text, Title: l.words(e.Value, programmeFile, "commands."+e.Key.Text)}
		l.checkCommandTitle(c, e.Value)
		l.p.Commands = append(l.p.Commands, c)
	}
}

func (l *loader) checkCommandTitle(c Command, at *source.Node) {
	for _, title := range c.Title {
		if n := utf8.RuneCountInString(title); n == 0 || n > maxCommandTitle {
			l.report(at.Pos, "L672", source.Sentence("у команды «%s» нет названия или оно не поместится", "the command %q has no title, or one that does not fit", c.Name),
				source.Sentence("скажите в нескольких словах, что она делает: до %d знаков", "say in a few words what it does: at most %d characters", maxCommandTitle))
			return
		}
	}
}

// checkCommands reports lines of the menu that nothing hears.
func (l *loader) checkCommands() {
	if len(l.p.Commands) == 0 {
		return
	}
	heard := map[string]bool{}
	hear := func(words []string) {
		for _, w := range words {
			if key := Normal(w); len(key) > 1 && key[0] == '/' {
				heard[key[1:]] = true
			}
		}
	}
	for _, e := range l.p.Listen {
		hear(e.Words)
	}
	for _, f := range l.p.Flows {
		hear(f.Start.Words)
	}
	for _, c := range l.p.Commands {
		if !heard[c.Name] {
			l.report(c.Pos, "L670", source.Sentence("команду /%s никто не слышит", "nothing hears the command /%s", c.Name), source.Meant(c.Name, sorted(heard)))
		}
	}
}
