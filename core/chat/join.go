package chat

// Join makes of all that a turn says as few messages as a channel takes, where
// each costs money: consecutive texts become one, and the keyboard stays under
// the last. A picture goes before a list of answers that cannot stand under it. What a
// template stands in for is joined to nothing: outside the window it alone is said.
// Nothing of a joined message can be changed later.
func Join(wires []Wire, c Caps) []Wire {
	if c.Joined.Max == 0 {
		return wires
	}
	var all []Wire
	for _, w := range wires {
		if w.Media != nil && w.Keyboard != nil && w.Keyboard.Kind == List {
			all = append(all, Wire{Media: w.Media, Template: w.Template})
			w.Media, w.Template = nil, nil
		}
		last := len(all) - 1
		if last < 0 || !c.joins(all[last], w) {
			all = append(all, w)
			continue
		}
		all[last] = Wire{Text: join(all[last].Text, w.Text), Keyboard: w.Keyboard}
	}
	return all
}

// joins says whether b can go on where a ends.
func (c Caps) joins(a, b Wire) bool {
	limit := c.Joined
	if b.Keyboard != nil && b.Keyboard.Kind != Numbered {
		limit = c.over(b.Keyboard)
	}
	return a.Template == nil && b.Template == nil && a.Media == nil && b.Media == nil && a.Keyboard == nil && limit.fits(join(a.Text, b.Text))
}
