package campaign

import (
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
)

// named is what of the programme's terms a version is kept with: names that its file
// may speak of, as they were when it was published. A profile field that the programme
// loses later does not make a campaign unreadable that asked for it.
type named struct {
	Facts      map[string]expr.Kind `json:"facts,omitempty"`
	Currencies map[string]int       `json:"currencies,omitempty"`
}

func marshalTerms(t rules.Terms) ([]byte, error) {
	text, err := json.Marshal(named{Facts: t.Scope.Names, Currencies: t.Currencies})
	if err != nil {
		return nil, fmt.Errorf("write terms: %w", err)
	}
	return text, nil
}

// terms are those that a version was published with; text is nil for one that is older
// than they are kept, which may name nothing but the receipt.
func (s *Service) terms(zone string, text []byte) (t rules.Terms, err error) {
	if t.Zone, err = time.LoadLocation(zone); err != nil {
		return t, fmt.Errorf("zone: %w", err)
	}
	var n named
	if text != nil {
		if err := json.Unmarshal(text, &n); err != nil {
			return t, fmt.Errorf("read terms: %w", err)
		}
	}
	t.Scope = expr.Scope{Names: n.Facts, Funcs: s.programme().Funcs}
	t.Currencies = n.Currencies
	return t, nil
}
