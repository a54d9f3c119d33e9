package report

// Group is how many of some people have something in common.
type Group struct {
	Name    string `json:"group"` // "" are those of whom it is not known
	Members Count  `json:"members"`
	Share   *int64 `json:"share,omitempty"` // of all, in hundredths of a percent; nil unless both are exact
}

// Split is how people fall into groups, each person into one.
type Split struct {
	By       string  `json:"by"`
	Withheld bool    `json:"withheld"` // too few people to tell anything but how many they are
	Groups   []Group `json:"groups"`   // none when withheld
}

// part is a group as it was counted.
type part struct {
	Name    string `db:"name"`
	Members int64  `db:"members"`
}

// split tells of parts what may be told beside their sum, which everybody knows: from
// the page, or from another table of the same people. A small part shows as fewer than
// Least, and the largest as what the others leave for it, so that the small ones stay
// anything from 1 to Least-1. Where the largest would not be the largest for all of
// that, which part it is would tell of the small ones: then nothing is told.
//
// The disclosure is the classic one of a table with its margin (Willenborg and de Waal,
// Elements of Statistical Disclosure Control, 2001); what is shown here is the same
// whatever the hidden parts are, and TestHiddenIsUnknown counts that out.
func split(by string, parts []part) Split {
	largest, next, small, sum := -1, int64(Least-1), int64(0), int64(0)
	for i, p := range parts {
		sum += p.Members
		switch {
		case p.Members == 0:
		case p.Members < Least:
			small++
		case largest < 0:
			largest = i
		case p.Members > parts[largest].Members:
			largest, next = i, max(next, parts[largest].Members)
		default:
			next = max(next, p.Members)
		}
	}
	s := Split{By: by, Groups: []Group{}}
	switch {
	case small == 0:
		s.exactly(parts, sum)
	case largest < 0:
		s.Withheld = true
	default:
		s.around(parts, largest, small, next)
	}
	return s
}

func (s *Split) exactly(parts []part, sum int64) {
	for _, p := range parts {
		s.Groups = append(s.Groups, Group{p.Name, told(p.Members), shareOf(p.Members, sum)})
	}
}

// around shows the small parts as small and the largest as what is left.
func (s *Split) around(parts []part, largest int, small, next int64) {
	left := int64(0) // for the largest and the small ones together
	for i, p := range parts {
		if i == largest || p.Members < Least {
			left += p.Members
		}
	}
	around := Count{left - small*few.To, left - small*few.From}
	if s.Withheld = around.From <= next; s.Withheld {
		return
	}
	for i, p := range parts {
		c := told(p.Members)
		if i == largest {
			c = around
		}
		s.Groups = append(s.Groups, Group{Name: p.Name, Members: c})
	}
}

// shareOf is a of b to the nearest hundredth of a percent; nil of nobody.
func shareOf(a, b int64) *int64 {
	if b == 0 {
		return nil
	}
	share := (2*a*10_000 + b) / (2 * b)
	return &share
}
