package team

import (
	"strings"

	"besedka/core/staff"
	"besedka/web/console/ui"
)

// names are roles in the reader's words.
func names(v ui.View, roles []staff.Role) string {
	said := make([]string, len(roles))
	for i, r := range roles {
		said[i] = v.T("roles." + string(r))
	}
	return strings.Join(said, ", ")
}

// tone colours whether a person works here.
func tone(s staff.State) ui.Tone {
	if s == staff.Works {
		return ui.OK
	}
	return ui.Warn
}

// trouble stands under the form of a new person that will not do.
func (a all) trouble(v ui.View) string {
	if !a.Trouble {
		return ""
	}
	return v.T("staff.trouble")
}
