// Package report makes counts of people fit to be shown to those who may see no
// person: an organiser's page, answer and file.
package report
