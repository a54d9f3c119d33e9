package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestSchemaIsPrinted(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"flows", "schema"}, {"flows", "schema", "segments"}, {"flows", "schema", "test"}} {
		var out, told bytes.Buffer
		if code := run(t.Context(), args, &out, &told); code != 0 {
			t.Errorf("%q: %d %s", args, code, told.String())
		}
		var schema struct {
			Dialect string `json:"$schema"`
		}
		if err := json.Unmarshal(out.Bytes(), &schema); err != nil || schema.Dialect != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%q: %q %v", args, schema.Dialect, err)
		}
	}
}
