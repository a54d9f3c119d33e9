package dialogs

import "besedka/flows"

// TakesText says whether the session waits for an answer in words of its own. Such
// an answer may come in several messages.
func (e *Engine) TakesText(s Session) bool {
	if s.Held != 0 || s.Step == "" {
		return false
	}
	asked := e.step(s.Flow, s.Step)
	return asked != nil && asked.Asks() && asked.Expect.Type == flows.TextType
}
