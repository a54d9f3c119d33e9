package webhooks

import (
	"strconv"
	"strings"

	"besedka/core/hook"
	"besedka/web/console/ui"
)

// state is an endpoint's in a word, and in its colour.
func state(v ui.View, e hook.Endpoint) (ui.Tone, string) {
	switch {
	case e.Paused == hook.ByHand:
		return ui.Warn, v.T("webhooks.state.by_hand")
	case e.Paused != "":
		return ui.Bad, v.T("webhooks.state." + string(e.Paused))
	case e.FailingSince != nil:
		return ui.Warn, v.T("webhooks.state.trying")
	}
	return ui.OK, v.T("webhooks.state.on")
}

// kindKey is of the text for an event.
func kindKey(k hook.Kind) string {
	return "webhooks.events." + strings.ReplaceAll(string(k), ".", "_")
}

// outcome is an attempt's in a word, with the status of the answer.
func outcome(v ui.View, t hook.Attempt) (ui.Tone, string) {
	said := v.T("webhooks.outcome." + string(t.Outcome))
	if t.Status != 0 {
		said += ", " + strconv.Itoa(t.Status)
	}
	if t.Outcome == hook.Told {
		return ui.OK, said
	}
	return ui.Warn, said
}

// trouble stands under the address when the form will not do.
func trouble(v ui.View, key string) string {
	if key == "" {
		return ""
	}
	return v.T(key)
}
