package console

import (
	"strings"

	"besedka/web/console/ui"
)

// roles are a person's in the reader's words.
func roles(v ui.View) string {
	names := make([]string, len(v.By.Roles))
	for i, r := range v.By.Roles {
		names[i] = v.T("roles." + string(r))
	}
	return strings.Join(names, ", ")
}
