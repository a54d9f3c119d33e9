package chat

// Template is a message that a messenger has approved, the only kind that it takes
// outside its window: Caps.Window.
type Template struct {
	Name   string   `json:"name"`
	Lang   string   `json:"lang"`
	Values []string `json:"values,omitempty"` // of {{1}}, {{2}} and so on
	Text   string   `json:"text"`             // all of it, as the person reads it

	Marketing bool `json:"marketing,omitempty"` // it may go only to who agreed to advertising
}

// of is the name of a template; "" of none.
func (t *Template) of() string {
	if t == nil {
		return ""
	}
	return t.Name
}

// SameTemplate says whether one template, or none, stands in for both.
func (m Message) SameTemplate(other Message) bool { return m.Template.of() == other.Template.of() }
