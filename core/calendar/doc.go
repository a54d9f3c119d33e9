// Package calendar counts working time: the hours of each day of the week on the clocks of
// one zone, holidays left out. It computes and nothing else.
package calendar
