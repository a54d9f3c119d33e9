package forecast

// recent keeps values by windows of time, and of the windows the two latest: receipts
// come in the order of purchase, and a clock that is set back returns to the window
// before at the most. Its zero value is empty.
type recent[K comparable, V any] struct {
	windows []window[K, V] // the latest last
}

type window[K comparable, V any] struct {
	name   string // names of one kind sort as they follow each other
	values map[K]V
}

func (r *recent[K, V]) in(name string) map[K]V {
	for _, w := range r.windows {
		if w.name == name {
			return w.values
		}
	}
	if len(r.windows) == 2 {
		r.windows = r.windows[1:]
	}
	w := window[K, V]{name, map[K]V{}}
	r.windows = append(r.windows, w)
	return w.values
}
