package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestGraphOfShippedProgramme draws it both ways; the picture is XML.
func TestGraphOfShippedProgramme(t *testing.T) {
	t.Parallel()
	var mermaid, svg, told bytes.Buffer
	if code := run(t.Context(), []string{"flows", "graph"}, &mermaid, &told); code != 0 || !strings.HasPrefix(mermaid.String(), "flowchart TD\n") {
		t.Errorf("Mermaid: %d %s %.100s", code, told.String(), mermaid.String())
	}
	if code := run(t.Context(), []string{"flows", "graph", "--svg", "--flow", "onboarding"}, &svg, &told); code != 0 || !strings.Contains(svg.String(), "[Согласие даю]") {
		t.Errorf("SVG: %d %s", code, told.String())
	}
	for d := xml.NewDecoder(&svg); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestGraphNamesFlowsThereAre(t *testing.T) {
	t.Parallel()
	var out, told bytes.Buffer
	if code := run(t.Context(), []string{"flows", "graph", "--flow", "nosuch"}, &out, &told); code != 1 || !strings.Contains(told.String(), `"onboarding"`) {
		t.Errorf("a flow that is not there: %d %s", code, told.String())
	}
}
