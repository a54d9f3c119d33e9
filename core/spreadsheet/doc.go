// Package spreadsheet reads the tables that spreadsheets save, and keeps in order what is
// written for them to open.
package spreadsheet
