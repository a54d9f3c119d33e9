package ui

import (
	"strconv"
	"strings"
)

// keys are those of every page, in the order of the help.
var keys = []struct{ key, text string }{
	{"Ctrl K", "find"}, {"j", "down"}, {"k", "up"}, {"Enter", "open"}, {"Esc", "close"}, {"W", "bell"}, {"?", "help"},
}

func pressed(is bool) string { return strconv.FormatBool(is) }

// theme is the colours' choice as the switch names it.
func (v View) theme() string {
	if v.Theme == "" {
		return "system"
	}
	return v.Theme
}

// within says whether this page is of the section that begins at path.
func (v View) within(path string) bool { return v.Path == path || strings.HasPrefix(v.Path, path+"/") }
