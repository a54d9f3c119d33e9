package rules

import "time"

// counter is where a limit is counted; false for one of the receipt alone.
func (c *Campaign) counter(l limit, local time.Time) (Counter, bool) {
	return Counter{c.ID, l.id, l.of, window(l.per, local)}, l.per != perReceipt
}

// allow looks at what limits leave, and cuts goods before they are weighed.
func (f *finding) allow(e *env) {
	f.left = make(map[string]int64, len(f.c.limits))
	for _, l := range f.c.limits {
		t := limitTrace{ID: l.id, Max: l.max}
		if key, counted := f.c.counter(l, e.local); counted {
			t.Window, t.Used = key.Window, e.f.Used[key]
		}
		f.left[l.id] = max(l.max-t.Used, 0)
		f.trace.Limits = append(f.trace.Limits, t)
	}
	if f.cut(whatUses, "", 1) == 0 {
		f.refuse(Exhausted)
		return
	}
	f.goodsLeft(e)
}

// cut is how much of what is desired the limits leave. What they leave is then
// used up.
func (f *finding) cut(what, currency string, desired int64) int64 {
	given := f.leaves(what, currency, desired)
	for i, l := range f.c.limits {
		if l.bounds(what, currency) {
			f.left[l.id] -= given
			t := &f.trace.Limits[i]
			t.Desired += desired
			t.Given += given
		}
	}
	return given
}

// leaves is how much of what is desired the limits leave; nothing is used up yet.
func (f *finding) leaves(what, currency string, desired int64) int64 {
	given := desired
	for _, l := range f.c.limits {
		if !l.bounds(what, currency) {
			continue
		}
		left := f.left[l.id]
		if l.deny && left < desired {
			left = 0
		}
		given = min(given, left)
	}
	return given
}

func (l limit) bounds(what, currency string) bool { return l.what == what && l.currency == currency }

// meetStore leaves out a receipt of which nobody knows the store when a limit counts by
// stores: all such receipts would share one count, or have none. What was decided when
// they shared one stands: it is known what of it was used.
func (f *finding) meetStore(e *env) {
	for _, l := range f.c.limits {
		key, counted := f.c.counter(l, e.local)
		if !counted || l.of != OfStore {
			continue
		}
		_, shared := e.f.Used[key]
		f.check(NoStore, e.f.Store.ID != "" || shared, "known store", e.f.Store.ID)
		return
	}
}

// consume lists what of counters is used up, and tells when limits have left
// nothing at all.
func (f *finding) consume(e *env) {
	desired, given := f.sums()
	if !f.gives() {
		if desired > given {
			f.refuse(Exhausted)
		}
		f.d.Uses = f.frequencyUse()
		return
	}
	for i, l := range f.c.limits {
		if key, counted := f.c.counter(l, e.local); counted && f.trace.Limits[i].Given > 0 {
			f.use(key, f.trace.Limits[i].Given)
		}
	}
}

// frequencyUse is the purchase that was counted: it counts even when it brings
// nothing.
func (f *finding) frequencyUse() []Use {
	for _, u := range f.d.Uses {
		if u.Counter.Limit == frequencyID {
			return []Use{u}
		}
	}
	return nil
}

func (f *finding) sums() (desired, given int64) {
	for _, t := range f.trace.Limits {
		desired, given = desired+t.Desired, given+t.Given
	}
	return desired, given
}
