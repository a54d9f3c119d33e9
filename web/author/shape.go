package author

import (
	"slices"
	"strings"
	"sync"

	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/schema"
)

// shapes is what one value may be, by the schema.
type shapes []*schema.Schema

// Learn asks the reader of scripts once what it takes: that takes a while.
func Learn(v flows.Vocabulary) func() map[string]*schema.Schema {
	return sync.OnceValue(func() map[string]*schema.Schema { return schema.Learn(v, transcript.Mistakes) })
}

// under is what may stand at the end of a path of keys.
func under(s *schema.Schema, path []string) shapes {
	at := open(s)
	for _, key := range path {
		var next shapes
		for _, one := range at {
			next = append(next, open(inside(one, key))...)
		}
		at = next
	}
	return at
}

// inside is the value of a key, or an item of a list.
func inside(s *schema.Schema, key string) *schema.Schema {
	if key == "-" {
		return s.Items
	}
	if known := s.Properties[key]; known != nil {
		return known
	}
	any, _ := s.Others.(*schema.Schema)
	return any
}

// open is a value with what it may be instead.
func open(s *schema.Schema) shapes {
	if s == nil {
		return nil
	}
	all := shapes{s}
	for _, other := range s.AnyOf {
		all = append(all, open(other)...)
	}
	return all
}

func (s shapes) keys() []string {
	var keys []string
	for _, one := range s {
		keys = append(keys, sortedKeys(one.Properties)...)
		if one.Names != nil {
			keys = append(keys, one.Names.Enum...)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (s shapes) enum() []string {
	var values []string
	for _, one := range s {
		values = append(values, one.Enum...)
		if len(one.Type) == 1 && one.Type[0] == "boolean" {
			values = append(values, "true", "false")
		}
	}
	return values
}

// items are what a list may hold.
func (s shapes) items() shapes {
	var inside shapes
	for _, one := range s {
		inside = append(inside, open(one.Items)...)
	}
	return inside
}

// detail tells what a key takes: its values, or the keys below it.
func (s shapes) detail(key string) string {
	for _, one := range s {
		if inner := open(one.Properties[key]); inner != nil {
			if values := inner.enum(); len(values) > 0 {
				return strings.Join(values, " | ")
			}
			if keys := inner.keys(); len(keys) > 0 {
				return "{ " + strings.Join(keys, ", ") + " }"
			}
		}
	}
	return ""
}
