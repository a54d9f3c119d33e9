package book

// Limits of a book.
const (
	MaxBytes     = 6 << 20 // of the file
	MaxNodes     = 600_000 // values in it
	MaxPartners  = 5_000
	MaxStores    = 20_000 // of all partners
	MaxINNs      = 50     // of a partner
	MaxTills     = 200    // of a store
	MaxAddresses = 20     // of a store
	MaxText      = 200    // characters of a name, an address, a format
)

// A Book is the partners of a programme. It is never changed, so any number of
// receipts may be matched at once.
type Book struct {
	Partners []*Partner // as written
	pass     bool       // shops of nobody here are welcome, and nobody is asked about them

	stores    map[string]*Store   // by id
	byINN     map[string][]*Store // in the order of ids
	byTill    map[string][]*Store // in the order of ids
	byAnchor  map[anchor][]*sign  // signs by the rarest of their marks
	byMark    map[string][]*sign  // by all of their marks
	markCount map[string]int      // how many signs have a mark
}

// Names are the ids of the partners, as written.
func (b *Book) Names() []string {
	names := make([]string, len(b.Partners))
	for i, p := range b.Partners {
		names[i] = p.ID
	}
	return names
}

// A Partner is a taxpayer, or several, whose stores take part.
type Partner struct {
	ID       string
	Name     string
	INN      []string // of none: its stores are known by their tills
	Category string   // "" for none
	Stores   []*Store // as written
	life
}

// A Store is one place where receipts are made.
type Store struct {
	ID       string
	Name     string // as it stands over the counter; "" when it does not tell
	Address  []string
	Tills    []string // registration numbers of tills, numbers of fiscal drives
	Format   string
	Category string // its own, else its partner's
	Zone     string // IANA; "" for the programme's
	Partner  *Partner
	life
	signs []*sign // in an order of their own, whatever that of the file
}

// life is the days between which something takes part, both included, as
// 2006-01-02; "" for no end.
type life struct{ Since, Until string }

func (l life) covers(day string) bool {
	return day >= l.Since && (l.Until == "" || day <= l.Until)
}

func (l life) meets(m life) bool {
	return (l.Until == "" || m.Since <= l.Until) && (m.Until == "" || l.Since <= m.Until)
}

// life of a store is within that of its partner.
func (s *Store) span() life {
	both := life{Since: max(s.Since, s.Partner.Since), Until: s.Until}
	if until := s.Partner.Until; until != "" && (both.Until == "" || until < both.Until) {
		both.Until = until
	}
	return both
}

// Place is where a receipt was made.
type Place struct {
	Partner  string `json:"partner"`
	Store    string `json:"store"`
	Format   string `json:"format,omitempty"`
	Category string `json:"category,omitempty"`
	Zone     string `json:"zone,omitempty"` // IANA; "" for the programme's
}

// Place is the store as rules see it.
func (s *Store) Place() Place {
	return Place{Partner: s.Partner.ID, Store: s.ID, Format: s.Format, Category: s.Category, Zone: s.Zone}
}

// Store returns the store of an id, nil when there is none.
func (b *Book) Store(id string) *Store { return b.stores[id] }
