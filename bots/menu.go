package bots

import "context"

// Menu is what a bot offers beside the talk: its commands, and a page of ours that
// opens inside the messenger.
type Menu struct {
	Lang     string               // of who speaks none of the others
	Commands map[string][]Command // by language, in the order of the menu
	Page     string               // https URL, "" for none
	Title    string               // of Page
}

// Command is a line of a menu: who chooses it writes Name behind a slash.
type Command struct{ Name, Title string }

// Menued is a Listener whose messenger shows a menu.
type Menued interface {
	Listener
	// SetMenu shows m in place of the menu before; again is harmless. Its error is one
	// of this package's.
	SetMenu(ctx context.Context, m Menu) error
}
