// Package flows reads what a marketer writes, a programme folder, and checks
// it: every mistake becomes a Problem with a place and a way out. What scripts
// may call and know comes from a Vocabulary; running them is package dialogs.
// It reads through fs.FS only and knows no clock, database or network.
//
// Codes, beside those of packages source and expr: L12x references and forms
// of the script, L2xx its ways, L3xx its texts and translations, L4xx what
// messengers carry, L5xx personal data and consent. One file of checks a
// family. Mistakes lists them; docs/checks has a page for each.
package flows
