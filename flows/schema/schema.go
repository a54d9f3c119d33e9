package schema

// Schema is a JSON Schema, of the dialect 2020-12.
type Schema struct {
	Dialect    string             `json:"$schema,omitempty"`
	Title      string             `json:"title,omitempty"`
	Type       []string           `json:"type,omitempty"`
	Const      string             `json:"const,omitempty"`
	Enum       []string           `json:"enum,omitempty"`
	Properties map[string]*Schema `json:"properties,omitempty"`
	Required   []string           `json:"required,omitempty"`
	Names      *Schema            `json:"propertyNames,omitempty"`
	Others     any                `json:"additionalProperties,omitempty"` // a Schema, or false for none
	Items      *Schema            `json:"items,omitempty"`
	AnyOf      []*Schema          `json:"anyOf,omitempty"`
	AllOf      []*Schema          `json:"allOf,omitempty"`
	If         *Schema            `json:"if,omitempty"`
	Then       *Schema            `json:"then,omitempty"`
	Else       *Schema            `json:"else,omitempty"`
	Defs       map[string]*Schema `json:"$defs,omitempty"`
	Ref        string             `json:"$ref,omitempty"`
	Not        *Schema            `json:"not,omitempty"`
	Pattern    string             `json:"pattern,omitempty"`
}

const dialect = "https://json-schema.org/draft/2020-12/schema"

// object is a map of these keys and no others.
func object(properties map[string]*Schema, required []string) *Schema {
	return &Schema{Type: []string{"object"}, Properties: properties, Required: required, Others: false}
}

// open is a map whose keys the writer chooses.
func open(value *Schema) *Schema { return &Schema{Type: []string{"object"}, Others: value} }

// either is a value of one of several shapes.
func either(shapes []*Schema) *Schema {
	if len(shapes) == 1 {
		return shapes[0]
	}
	return &Schema{AnyOf: shapes}
}

// kinds are the files there are, told apart by a key that only one of them has.
// What has none of the keys is a translation, when a key of it has a dot, or the
// file of segments.
var kinds = []struct{ name, key string }{{"flow", "flow"}, {"programme", "languages"}, {"profile", "fields"}, {"campaign", "campaign"}, {"faq", "faq"}, {"services", "services"}, {"catalogue", "products"}, {"partners", "partners"}, {"prizes", "prizes"}, {"tiers", "tiers"}, {"letters", "letters"}, {"templates", "templates"}, {"survey", "survey"}}

// all is one schema for every file of a folder. A list is a file of tests.
func all(files map[string]*Schema) *Schema {
	undotted := &Schema{Names: &Schema{Not: &Schema{Pattern: `\.`}}}
	s := &Schema{If: undotted, Then: &Schema{Ref: "#/$defs/segments"}, Else: &Schema{Ref: "#/$defs/translation"}}
	for i := len(kinds) - 1; i >= 0; i-- {
		k := kinds[i]
		s = &Schema{If: &Schema{Required: []string{k.key}}, Then: &Schema{Ref: "#/$defs/" + k.name}, Else: s}
	}
	return &Schema{Dialect: dialect, Title: "Besedka programme", Defs: files, If: &Schema{Type: []string{"array"}}, Then: &Schema{Ref: "#/$defs/test"}, Else: s}
}
