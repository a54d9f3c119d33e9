// Package spreadsheet keeps in order what is written for spreadsheets to open.
package spreadsheet
