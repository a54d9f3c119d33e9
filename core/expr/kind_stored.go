package expr

import (
	"fmt"
	"strings"
)

// MarshalText writes the letter that stored values of the kind begin with.
func (k Kind) MarshalText() ([]byte, error) { return []byte(kindLetters[k : k+1]), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	at := strings.Index(kindLetters, string(text))
	if len(text) != 1 || at < 0 {
		return fmt.Errorf("stored kind %.10q is none", text)
	}
	*k = Kind(at)
	return nil
}
