package flows

// Spoken returns the texts that the step may say: all of its texts but the
// addresses of buttons.
func (s *Step) Spoken() []*Text {
	address := map[*Text]bool{}
	for _, b := range s.Buttons {
		address[b.URL] = true
	}
	var spoken []*Text
	s.texts(func(t *Text) {
		if !address[t] {
			spoken = append(spoken, t)
		}
	})
	return spoken
}
