package expr

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"time"
)

// String spells v the way ParseValue reads it: numbers as whole units
// (kopecks, minor units) or a/b, days as 2006-01-02, lists as JSON. An unknown
// value is "".
func (v Value) String() string {
	switch v.kind {
	case Bool:
		return strconv.FormatBool(v.n == 1)
	case Text, Branch:
		return v.text
	case Count, Ratio, Money, Points:
		if v.rat != nil {
			return v.rat.String()
		}
		return strconv.FormatInt(v.n, 10)
	case Date:
		return v.Day().Format(time.DateOnly)
	case Texts:
		list, _ := json.Marshal(v.texts) // strings always encode
		return string(list)
	}
	return ""
}

// ParseValue reads what String spelled of a value of this kind.
func ParseValue(kind Kind, text string) (Value, error) {
	v, ok := parseValue(kind, text)
	if !ok {
		return Value{}, fmt.Errorf("stored value is not %s", kind.Name().En)
	}
	return v, nil
}

func parseValue(kind Kind, text string) (Value, bool) {
	switch kind {
	case Bool:
		return BoolOf(text == "true"), text == "true" || text == "false"
	case Text:
		return TextOf(text), true
	case Branch:
		return BranchOf(text), true
	case Count, Ratio, Money, Points:
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			return Value{}, false
		}
		return number(kind, r), true
	case Date:
		day, err := time.Parse(time.DateOnly, text)
		return DateOf(day), err == nil
	case Texts:
		var list []string
		err := json.Unmarshal([]byte(text), &list)
		return TextsOf(list), err == nil
	}
	return Value{}, false
}

// kindLetters name kinds in JSON.
const kindLetters = "?btcrmpdlg"

// MarshalJSON writes the kind's letter and the value's String: "m128450".
func (v Value) MarshalJSON() ([]byte, error) {
	return json.Marshal(kindLetters[v.kind:v.kind+1] + v.String())
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	for kind := Bool; kind <= Branch; kind++ {
		if s != "" && s[0] == kindLetters[kind] {
			read, err := ParseValue(kind, s[1:])
			*v = read
			return err
		}
	}
	if s == "?" {
		*v = Value{}
		return nil
	}
	return fmt.Errorf("stored value of no known kind")
}
