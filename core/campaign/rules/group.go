package rules

// A group is campaigns of which not all give at once. Its zero value is none.
type group struct {
	name string
	mode string
}

// Modes of groups.
const (
	stack     = "stack"           // all give
	first     = "first"           // the first that gives anything, by priority and id
	best      = "best_for_member" // the one that gives most points
	exclusive = "exclusive"       // one at most, and the check refuses two that could both give
)

func (r *reader) readGroup() {
	if !r.o.Has("group") {
		return
	}
	o := r.o.Object("group")
	o.Require("name", "mode")
	r.c.groupAt = r.o.At("group")
	r.c.group = group{o.Text("name"), r.choice(o, "mode", "", []string{stack, first, best, exclusive})}
	o.Done()
}

// settle lets one campaign of each group give, and takes back what the others
// would.
func (s *Set) settle(all []*finding) {
	groups := map[string][]*finding{}
	var names []string
	for _, f := range all {
		g := f.c.group
		if g.mode == "" || g.mode == stack {
			continue
		}
		if groups[g.name] == nil {
			names = append(names, g.name)
		}
		groups[g.name] = append(groups[g.name], f)
	}
	for _, name := range names {
		settleGroup(groups[name])
	}
}

// settleGroup goes over the campaigns of one group in their order: the earlier
// wins among equals.
func settleGroup(members []*finding) {
	var winner *finding
	for _, f := range members {
		if f.gives() && (winner == nil || f.c.group.mode == best && f.worth() > winner.worth()) {
			winner = f
		}
	}
	for _, f := range members {
		f.trace.Group = &groupTrace{Mode: f.c.group.mode, Name: f.c.group.name, Worth: f.worth()}
		if winner == nil {
			continue
		}
		f.trace.Group.Won = winner.c.ID
		if f != winner && f.gives() {
			f.trace.Group.Best = winner.worth()
			f.drop(Outdone)
		}
	}
}

// worth is what a finding gives in points, by which the best one is told.
func (f *finding) worth() (points int64) {
	for _, a := range f.d.Accruals {
		points += a.Amount
	}
	return points + f.d.Discount
}

// gives says whether anything would be given at all.
func (f *finding) gives() bool {
	return f.d.Outcome == Credited && (len(f.d.Accruals)+len(f.d.Gifts) > 0 || f.d.Discount > 0 || f.issues() > 0 || f.pooled())
}

// issues is how many coupons are given.
func (f *finding) issues() (n int64) {
	for _, c := range f.d.Coupons {
		n += c.Issue
	}
	return n
}

// pooled says whether a sum is added up for later coupons.
func (f *finding) pooled() bool {
	for _, c := range f.d.Coupons {
		if c.Pool != "" && c.Sum > 0 {
			return true
		}
	}
	return false
}

// drop leaves nothing of what would be given.
func (f *finding) drop(why Outcome) {
	f.d = Decision{Campaign: f.d.Campaign, Outcome: why}
}
