package main

import (
	"encoding/json"
	"io"
	"net/url"
	"path"
	"path/filepath"

	"besedka/core/source"
	"besedka/flows"
)

// SARIF 2.1.0 is how code hosts and editors take what a check has found. Here
// is the part of it that a Problem fills.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
		Full  sarifText `json:"fullDescription"`
		Help  sarifText `json:"help"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		Artifact sarifFile   `json:"artifactLocation"`
		Region   sarifRegion `json:"region"`
	}
	sarifFile struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int       `json:"startLine"`
		StartColumn int       `json:"startColumn"`
		Snippet     sarifText `json:"snippet"`
	}
)

// writeSARIF writes what was found in the programme folder dir, in lang.
func writeSARIF(w io.Writer, dir, lang string, found []finding) error {
	rules, index := sarifRules(lang)
	results := make([]sarifResult, len(found))
	for i, f := range found {
		message := f.What.In(lang)
		if cure := f.Cure.In(lang); cure != "" {
			message += "; " + cure
		}
		results[i] = sarifResult{
			RuleID: f.Code, RuleIndex: index[f.Code], Level: "error", Message: sarifText{message},
			Locations: []sarifLocation{{sarifPlace{sarifFile{sarifURI(dir, f.File)}, sarifRegion{f.Line, f.Col, sarifText{f.Text}}}}},
		}
	}
	return json.NewEncoder(w).Encode(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{{Tool: sarifTool{sarifDriver{"besedka flows check", rules}}, ColumnKind: "unicodeCodePoints", Results: results}},
	})
}

// sarifRules lists every mistake, found or not, and where each is in the list.
func sarifRules(lang string) (rules []sarifRule, index map[string]int) {
	index = map[string]int{}
	page := source.Sentence("Подробнее: docs/checks/", "More: docs/checks/")
	for i, m := range flows.Mistakes() {
		index[m.Code] = i
		rules = append(rules, sarifRule{
			ID: m.Code, Short: sarifText{m.Title.In(lang)}, Full: sarifText{m.Why.In(lang)},
			Help: sarifText{m.Title.In(lang) + ". " + m.Why.In(lang) + " " + page.In(lang) + m.Code + ".md"},
		})
	}
	return rules, index
}

// sarifURI is a file of the folder as seen from where the command was given.
func sarifURI(dir, file string) string {
	name := path.Join(filepath.ToSlash(dir), file)
	if path.IsAbs(name) {
		return (&url.URL{Scheme: "file", Path: name}).String()
	}
	return (&url.URL{Path: name}).String()
}
