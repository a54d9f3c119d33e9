package main

import (
	"encoding/json"
	"io"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows/schema"
)

type flowsSchemaCmd struct {
	File string `arg:"" optional:"" help:"Kind of file: flow, programme, profile, segments, faq, services, catalogue, partners, prizes, tiers, letters, templates, campaign, test, translation; all for one schema that tells them apart." enum:"all,flow,programme,profile,segments,faq,services,catalogue,partners,prizes,tiers,letters,templates,campaign,test,translation" default:"all"`
}

// Run prints what an editor needs to complete and check the files.
func (c *flowsSchemaCmd) Run(stdout io.Writer) error {
	out := json.NewEncoder(stdout)
	out.SetIndent("", "  ")
	return out.Encode(schema.Learn(actions.Vocabulary(), transcript.Mistakes)[c.File])
}
