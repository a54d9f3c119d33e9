package report

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Members are those who registered in the day, and how they fall into groups.
type Members struct {
	Registered Count   `json:"registered"`
	Splits     []Split `json:"splits"` // by age and by each closed question of the profile
}

// ByAge is what the groups of age are told by; no field has that name.
const ByAge = "age:"

// ages are where the groups of age begin, after the first one.
var ages = []int{18, 25, 35, 45, 55, 65}

func (r *reading) members(ctx context.Context) (m Members, err error) {
	n, err := storage.Value[int64](ctx, r.tx, qRegistered, r.from, r.until)
	if err != nil {
		return m, fmt.Errorf("new members: %w", err)
	}
	r.registered, m.Registered, m.Splits = n, told(n), []Split{}
	if r.Birthday != "" {
		s, err := r.byAge(ctx)
		if err != nil {
			return m, fmt.Errorf("new members by age: %w", err)
		}
		m.Splits = append(m.Splits, s)
	}
	for _, c := range r.Choices {
		counted, err := storage.Collect[part](ctx, r.tx, qChosen, r.from, r.until, c.Field)
		if err != nil {
			return m, fmt.Errorf("new members by %s: %w", c.Field, err)
		}
		m.Splits = append(m.Splits, split(c.Field, inOrder(c.Options, counted)))
	}
	return m, nil
}

// inOrder are the counted parts in the order of all names there are, and behind them
// those of no name: who has not answered, or has what is asked no more.
func inOrder(names []string, counted []part) []part {
	parts, place := make([]part, len(names)+1), map[string]int{}
	for i, name := range names {
		parts[i].Name, place[name] = name, i
	}
	for _, p := range counted {
		i, ok := place[p.Name]
		if !ok {
			i = len(names)
		}
		parts[i].Members += p.Members
	}
	return parts
}

// byAge counts members by how old they are today.
func (r reading) byAge(ctx context.Context) (Split, error) {
	y, month, day := r.now.In(r.Zone).Date()
	born := make([]string, len(ages)) // at the latest, to be so old
	for i, age := range ages {
		born[i] = fmt.Sprintf("%04d-%02d-%02d", y-age, month, day)
	}
	names := ageNames()
	counted, err := storage.Collect[part](ctx, r.tx, qAged, r.from, r.until, r.Birthday, born, names)
	return split(ByAge, inOrder(names, counted)), err
}

// ageNames are the groups of age: 0-17, 18-24 and so on to 65+.
func ageNames() []string {
	names, from := make([]string, 0, len(ages)+1), 0
	for _, age := range ages {
		names = append(names, fmt.Sprintf("%d-%d", from, age-1))
		from = age
	}
	return append(names, fmt.Sprintf("%d+", from))
}
