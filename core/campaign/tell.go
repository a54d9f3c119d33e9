package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"besedka/core/campaign/rules"
)

// Told is a decision as staff and programs see it, with all that it compared and saw.
type Told struct {
	Campaign string          `json:"campaign"`
	Version  int             `json:"version"`
	Outcome  rules.Outcome   `json:"outcome"`
	Points   int64           `json:"points"` // bonuses, minor units
	Brought  Brought         `json:"brought"`
	Uses     []Used          `json:"uses,omitempty"`
	Hash     string          `json:"hash"` // SHA-256 of the trace's bytes
	Trace    json.RawMessage `json:"trace"`
}

// Tell words decisions for programs.
func Tell(decisions []Decision) []Told {
	all := make([]Told, len(decisions))
	for i, d := range decisions {
		points, _ := d.Brought.points()
		hash := sha256.Sum256(d.Trace)
		all[i] = Told{d.Campaign, d.Version, d.Outcome, points, d.Brought, d.Uses, hex.EncodeToString(hash[:]), d.Trace}
	}
	return all
}
